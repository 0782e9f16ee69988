"""The sandbox as a command: one line when it is ready, a clean stop, and a README that knows every switch."""

import re
import signal
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Switches, main
from ledenbrug.bookkeeping.exact_online.sandbox.trouble import OWN_FAULTS
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import PLAIN

PACKAGE = Path(__file__).parents[1]
COMMAND = "import sys; from ledenbrug.bookkeeping.exact_online.sandbox import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_cleanly(number: signal.Signals) -> None:
    options = ["--token", "secret", "--administration", "11,12", "--limit", "5/60", "--day-limit", "none"]
    with subprocess.Popen([sys.executable, "-c", COMMAND, *options], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        said = re.fullmatch(r"Exact Online sandbox: (http://127\.0\.0\.1:\d+)\n", running.stdout.readline())
        assert said
        headers = {"Authorization": "Bearer secret", "Accept": "application/json"}
        answer = PLAIN.get(f"{said[1]}/api/v1/11/system/Divisions?$select=Code", headers=headers)
        running.send_signal(number)
        assert running.wait(timeout=60) == 0
    assert [one["Code"] for one in answer.json()["d"]["results"]] == [11, 12]
    assert answer.headers["x-ratelimit-minutely-limit"] == "5"
    assert "x-ratelimit-limit" not in answer.headers


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"port {port}" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--limit", "often"], ["--administration", "De Brug"]])
def test_a_wrong_option_is_refused(options: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(options)


def test_the_readmes_list_every_switch_with_its_choices_and_every_fault() -> None:
    listed = dict(re.findall(r"^\| `--([a-z-]+)` \| ([^|]+) \|", (PACKAGE / "README.md").read_text(), re.MULTILINE))
    meant = {}
    for one in fields(Switches):
        values = one.metadata["values"]
        meant[one.name.replace("_", "-")] = ", ".join(values) if values else f"{one.default:g}"
    assert listed == meant
    faults = (PACKAGE / "sandbox" / "README.md").read_text()
    assert {name for name in OWN_FAULTS if f"`{name}`" not in faults} == set()
