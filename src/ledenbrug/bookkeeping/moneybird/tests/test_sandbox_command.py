"""The sandbox as a command: one line when it is ready, a clean stop, and a README that knows every switch."""

import re
import signal
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Switches, main
from ledenbrug.bookkeeping.moneybird.sandbox.house import OWN_FAULTS
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import PLAIN

PACKAGE = Path(__file__).parents[1]
COMMAND = "import sys; from ledenbrug.bookkeeping.moneybird.sandbox import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_cleanly(number: signal.Signals) -> None:
    options = ["--token", "secret", "--administration", "11,12", "--limit", "5/60", "--delete", "refuse"]
    with subprocess.Popen([sys.executable, "-c", COMMAND, *options], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        said = re.fullmatch(r"Moneybird sandbox: (http://127\.0\.0\.1:\d+)\n", running.stdout.readline())
        assert said
        try:
            headers = {"Authorization": "Bearer secret"}
            answer = PLAIN.get(f"{said[1]}/api/v2/administrations.json", headers=headers)
        finally:
            running.send_signal(number)
        assert running.wait(timeout=60) == 0
    assert [one["id"] for one in answer.json()] == ["11", "12"]
    assert answer.headers["ratelimit-limit"] == "5"


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"port {port}" in capsys.readouterr().err


def test_a_wrong_limit_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--limit", "often"])


def test_the_readmes_list_every_switch_with_its_choices_and_every_fault() -> None:
    listed = dict(re.findall(r"^\| `--([a-z-]+)` \| ([^|]+) \|", (PACKAGE / "README.md").read_text(), re.MULTILINE))
    meant = {}
    for one in fields(Switches):
        values = one.metadata["values"]
        meant[one.name.replace("_", "-")] = (
            ", ".join(values) if values else f"{one.default:g}" if one.default is not None else "none"
        )
    assert listed == meant
    faults = (PACKAGE / "sandbox" / "README.md").read_text()
    assert {name for name in OWN_FAULTS if f"`{name}`" not in faults} == set()
