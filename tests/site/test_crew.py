import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledenbrug.site import ports
from ledenbrug.site.crew import Crew, run_once
from ledenbrug.site.postgres.errors import CannotStart
from tests.site.servers import is_alive, kill
from tests.waiting import until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_process_that_crashed_is_started_again_and_it_is_said() -> None:
    said: list[str] = []
    crew = Crew(said.append)
    crew.add("web", SLEEPER, dict(os.environ))
    first = crew.members[0].process
    assert first is not None
    first.kill()
    crew.keep(threading.Event(), ready=lambda: crew.members[0].process not in (first, None))
    second = crew.members[0].process
    assert second is not None
    assert second.poll() is None
    crew.end()
    assert said == ["web stopped (SIGKILL); starting it again."]
    assert not is_alive(second.pid)


def test_a_process_that_cannot_live_is_tried_ever_less_often() -> None:
    said: list[str] = []
    crew = Crew(said.append)
    crew.add("worker", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    begun = time.monotonic()
    crew.keep(threading.Event(), ready=lambda: len(said) == 4)
    assert time.monotonic() - begun > 0.2 + 0.4 + 0.8
    assert set(said) == {"worker stopped (code 3); starting it again."}
    crew.end()


def test_the_crew_ends_when_the_process_that_leads_it_is_killed(tmp_path: Path) -> None:
    import subprocess

    lead = f"""
import os, threading
from ledenbrug.site.crew import Crew
crew = Crew(print)
crew.add("web", {SLEEPER!r}, dict(os.environ))
print(crew.members[0].process.pid, flush=True)
crew.keep(threading.Event())
"""
    with subprocess.Popen([sys.executable, "-c", lead], stdout=subprocess.PIPE, text=True) as leader:
        assert leader.stdout is not None
        child = int(leader.stdout.readline())
        assert is_alive(child)
        kill(leader.pid)
        until(lambda: not is_alive(child))


def test_a_step_hands_back_what_it_wrote_and_can_be_stopped() -> None:
    stop = threading.Event()
    assert run_once([sys.executable, "-c", "print('done')"], os.environ, stop) == (0, "done\n")
    threading.Timer(0.2, stop.set).start()
    code, _ = run_once(SLEEPER, os.environ, stop)
    assert code == -15


def test_a_port_that_is_taken_is_passed_over_unless_it_was_asked_for() -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert ports.choose("127.0.0.1", taken, insist=False) > taken
        with pytest.raises(CannotStart, match=f"Port {taken} of 127.0.0.1 is in use"):
            ports.choose("127.0.0.1", taken, insist=True)


def test_two_who_choose_in_the_same_second_do_not_choose_the_same() -> None:
    """Both found it free, and the web servers of both then listened at it."""
    first = ports.choose("127.0.0.1", 18_431, insist=False)
    choosing = "from ledenbrug.site import ports; print(ports.choose('127.0.0.1', {}, insist={}))"
    other = [sys.executable, "-c", choosing.format(first, False)]
    assert int(subprocess.run(other, capture_output=True, check=True).stdout) > first
    insisting = [sys.executable, "-c", choosing.format(first, True)]
    refused = subprocess.run(insisting, capture_output=True, text=True).stderr
    assert f"Port {first} of 127.0.0.1 is in use" in refused


def test_a_port_falls_free_with_the_process_that_chose_it() -> None:
    choosing = "from ledenbrug.site import ports; print(ports.choose('127.0.0.1', 18_631, insist=False))"
    chosen = [subprocess.check_output([sys.executable, "-c", choosing]) for _ in range(2)]
    assert chosen[0] == chosen[1]
