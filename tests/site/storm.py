"""An installation under load, to be shot at: members by the hundred on their way to a sandbox, and people who edit.

`python -m tests.site.storm URL MEMBERS` puts an association into the home that the environment names, connected to the
sandbox at URL.
"""

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import psutil

from ledenbrug.site import start
from tests.site.servers import kill, place_of, postmaster

SLUG, EMAIL, PASSWORD = "storm", "secretary@storm.example", "an invented password"


class Secretary(threading.Thread):
    """Edits one member after another in the screens, each until the answer says that it is saved."""

    def __init__(self, url: Callable[[], str], *, members: int) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._members = members
        self.saved: dict[int, str] = {}
        """Member number → city."""
        self.stopped = threading.Event()

    def run(self) -> None:
        for count in itertools.count():
            number, city = count * 7 % self._members + 1, f"Stormdam {count}"
            while not self._saves(number, city):
                if self.stopped.wait(0.1):
                    return
            self.saved[number] = city
            if self.stopped.wait(0.05):
                return

    def _saves(self, number: int, city: str) -> bool:
        try:
            with httpx2.Client(base_url=self._url(), timeout=8) as browser:
                _log_in(browser)
                page = browser.get(f"/{SLUG}/members/{number}/edit/")
                form = _filled(page.text)
                answer = browser.post(page.url, data={**form, "city": city})
        except httpx2.HTTPError:
            return False
        return page.status_code == 200 and answer.status_code == 302


def _log_in(browser: httpx2.Client) -> None:
    browser.get("/account/login/")
    token = {"csrfmiddlewaretoken": browser.cookies.get("csrftoken", "")}
    browser.post("/account/login/", data={**token, "login": EMAIL, "password": PASSWORD})


def _filled(page: str) -> dict[str, str]:
    """What a browser sends back of the form with the member in it."""
    reader = _Forms()
    reader.feed(page)
    return next((form for form in reader.forms if "last_name" in form), {})


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in told:
            self.forms[-1][self._select] = value
        elif tag == "input" and name and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self.forms[-1][name] = value
        elif tag == "textarea" and name:
            self.forms[-1][name] = ""


class Targets:
    """The processes of a running installation, found anew for every shot: whatever was killed is another one since."""

    def __init__(self, command: int, home: Path) -> None:
        self._command = psutil.Process(command)
        self._home = place_of(home)

    def worker(self) -> int | None:
        return self._child("ledenbrug.site.work")

    def web(self) -> int | None:
        return self._child("granian")

    def serving(self) -> int | None:
        """The process behind the one that keeps the web going."""
        web = self.web()
        with suppress(psutil.Error):
            return next((each.pid for each in psutil.Process(web).children()), None) if web else None
        return None

    def database(self) -> int | None:
        with suppress(OSError, ValueError):
            return postmaster(self._home)
        return None

    def session(self) -> int | None:
        """One session of the database: all others are reset when it dies."""
        with suppress(psutil.Error):
            children = psutil.Process(self.database() or 0).children()
            return next((each.pid for each in children if "idle" in " ".join(each.cmdline())), None)
        return None

    def _child(self, word: str) -> int | None:
        with suppress(psutil.Error):
            return next((each.pid for each in self._command.children() if word in each.cmdline()), None)
        return None


def shoot(pid: int | None) -> bool:
    """Whether it was there to be hit."""
    with suppress(ProcessLookupError):
        if pid:
            kill(pid)
            return True
    return False


@contextmanager
def frozen(pid: int | None) -> Iterator[bool]:
    try:
        if pid:
            os.kill(pid, signal.SIGSTOP)
        yield pid is not None
    finally:
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def fill(url: str, members: int) -> None:
    from ledenbrug.members.models import Assignment, Association, Role, User
    from ledenbrug.sync import wake
    from tests.sync.processes import a_connection

    association = Association.objects.create(name="Stormvereniging", slug=SLUG)
    user = User.objects.create_user(EMAIL, PASSWORD, name="Secretary")
    Assignment.objects.create(association=association, user=user, role=Role.SECRETARY)
    connection: Any = a_connection(url, members=members, association=association)
    wake.connection(connection.id)


def main() -> None:
    with start.database():
        start.django()
        fill(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
