"""A whole installation to browse: `ledenbrug run` in a home of its own, and a sandbox of every package."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from psycopg import sql

from ledenbrug.bookkeeping.exact_online import sandbox as exact
from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.site.postgres.address import described
from tests.site.programs import Program, environment, running_command

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "a-personal-token"
SUPPORT = "hulp@ledenbrug.example"
BETWEEN_LETTERS = f"\n{'-' * 79}\n"
"""In a file of mail: what is sent in one go lies in one."""
BOOKS = {
    "nl": ("400000000000000001", "400000000000000002"),
    "en": ("400000000000000003", "400000000000000004"),
}
"""Two administrations at Moneybird for the walk in each language."""


@dataclass
class House:
    url: str
    home: Path
    settings: dict[str, str]
    moneybird: sandbox.Sandbox
    exact: exact.Sandbox
    program: Program

    def operate(self, *arguments: str) -> None:
        """What happens outside the browser, in a process of its own."""
        command = [sys.executable, "-m", "tests.browser.seed", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment(self.home, **self.settings), check=True, timeout=120)

    def contacts(self, administration: str, *, archived: bool = False) -> dict[str, dict[str, Any]]:
        """By customer number, as Moneybird's API tells."""
        params = {"per_page": "100", "include_archived": "true" if archived else "false"}
        with self._api() as api:
            found = api.get(f"/api/v2/{administration}/contacts.json", params=params)
            return {each["customer_id"]: each for each in found.raise_for_status().json()}

    def add_contact(self, administration: str, **values: str) -> None:
        with self._api() as api:
            api.post(f"/api/v2/{administration}/contacts.json", json={"contact": values}).raise_for_status()

    def mail(self, to: str) -> list[str]:
        """What the installation sent to this address, oldest first."""
        files = sorted((self.home / "mail").glob("*.log"))
        letters = [text for each in files for text in each.read_text().split(BETWEEN_LETTERS)]
        return [text for text in letters if f"To: {to}" in text or f", {to}" in text]

    @contextmanager
    def unwritten(self, table: str) -> Iterator[None]:
        """Whoever wants to write into it waits till this is over, however fast the machine."""
        address = described(self.home)
        assert address
        with psycopg.connect(address.url()) as session:
            session.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
            yield

    def _api(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.moneybird.url, headers={"Authorization": f"Bearer {TOKEN}"})


@contextmanager
def open_house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="ledenbrug-browser-"))
    folder.chmod(0o711)  # the database of a home that root made runs under another account
    ids = [each for pair in BOOKS.values() for each in pair]
    try:
        with sandbox.start(token=TOKEN, administrations=ids) as moneybird, exact.start(token=TOKEN) as exact_online:
            settings = {
                "LEDENBRUG_MONEYBIRD_URL": moneybird.url,
                "LEDENBRUG_MONEYBIRD_CLIENT_ID": "ledenbrug-sandbox",
                "LEDENBRUG_MONEYBIRD_CLIENT_SECRET": "ledenbrug-sandbox-secret",
                "LEDENBRUG_MONEYBIRD_LIMIT": "none",
                "LEDENBRUG_EXACT_ONLINE_URL": exact_online.url,
                "LEDENBRUG_EXACT_ONLINE_LIMIT": "none",
                "LEDENBRUG_SUPPORT": SUPPORT,
            }
            home = folder / "home"
            with running_command("run", "--port", "0", home=home, **settings) as program:
                house = House(program.url, home, settings, moneybird, exact_online, program)
                for slug in BOOKS:
                    house.operate("make", slug)
                yield house
    finally:
        shutil.rmtree(folder, ignore_errors=True)
