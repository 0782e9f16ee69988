import os
import sys
import threading
from pathlib import Path

import pytest

from tests.site.servers import Holder, Writer, answers, ask, family, hold, is_alive, kill, place_of, postmaster
from tests.waiting import until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


def load_while(holder: Holder, crash: "threading.Event") -> Writer:
    """Commits go on until the crash; what was acknowledged has to be there afterwards."""
    writer = Writer(holder.url)
    thread = threading.Thread(target=writer.write_until, args=(lambda: False,))
    thread.start()
    until(lambda: writer.acknowledged > 20)
    crash.set()
    thread.join(120)
    assert not thread.is_alive()
    return writer


class Crash(threading.Event):
    """An event that does something when it is set."""

    def __init__(self, *pids: int) -> None:
        super().__init__()
        self.pids = pids

    def set(self) -> None:
        kill(*self.pids)
        super().set()


def written(url: str) -> int:
    return int(ask(url, "SELECT count(*) FROM numbers"))


def test_when_the_supervisor_is_killed_the_server_stops_by_itself_and_nothing_is_lost(used_home: Path) -> None:
    with hold(used_home) as holder:
        server = postmaster(used_home)
        writer = load_while(holder, Crash(holder.process.pid))
        until(lambda: not is_alive(server))
    with hold(used_home) as again:
        assert writer.acknowledged <= written(again.url) <= writer.acknowledged + 1


def test_an_immediate_start_after_that_does_not_find_a_dead_server(used_home: Path) -> None:
    with hold(used_home) as holder:
        holder.kill()
        with hold(used_home) as again:
            assert answers(again.url)


def test_a_killed_server_is_brought_back_while_it_is_used(used_home: Path) -> None:
    with hold(used_home) as holder:
        server = postmaster(used_home)
        writer = load_while(holder, Crash(server))
        until(lambda: answers(holder.url))
        assert postmaster(used_home) != server
        assert writer.acknowledged <= written(holder.url) <= writer.acknowledged + 1


def test_after_everything_was_killed_a_start_finds_all_that_was_acknowledged(used_home: Path) -> None:
    with hold(used_home) as holder:
        writer = load_while(holder, Crash(*family(holder.process.pid)))
    with hold(used_home) as again:
        assert writer.acknowledged <= written(again.url) <= writer.acknowledged + 1


def test_an_attached_process_goes_on_when_the_supervisor_is_killed(used_home: Path) -> None:
    with hold(used_home) as first, hold(used_home) as second:
        first.kill()
        until(lambda: answers(second.url))
        assert ask(second.url, "SELECT 1") == 1


@pytest.mark.parametrize("pid", [os.getpid(), 1, 4_000_000], ids=["this process", "init", "nobody"])
def test_a_left_over_pid_that_belongs_to_somebody_else_is_no_obstacle(used_home: Path, pid: int) -> None:
    data, socket = used_home / "data", used_home / "socket"
    (data / "postmaster.pid").write_text(f"{pid}\n{data}\n1700000000\n5432\n{socket}\n\n  1 1\nready\n")
    (socket / ".s.PGSQL.5432.lock").write_text(f"{pid}\n{data}\n1700000000\n5432\n{socket}\n")
    with hold(used_home) as holder:
        assert answers(holder.url)
    assert is_alive(os.getpid())


def test_a_server_that_survived_its_supervisor_is_stopped_before_the_next_starts(used_home: Path) -> None:
    import signal

    with hold(used_home) as holder:
        server = postmaster(used_home)
        os.kill(server, signal.SIGSTOP)  # it gets its death signal, but cannot act on it yet
        holder.kill()
        threading.Timer(0.5, os.kill, (server, signal.SIGCONT)).start()
        with hold(used_home) as again:
            assert not is_alive(server)
            assert answers(again.url)
            assert postmaster(place_of(used_home)) != server
