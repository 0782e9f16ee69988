"""Workers that are killed, frozen or cut off while they load: real processes, the real sandbox."""

import signal
import time
from pathlib import Path

import pytest

from ledenbrug.sync.models import Journal, Link, Outcome
from tests.sync.processes import Worker, a_connection, a_sandbox, asks, cut_every_session, numbers_there
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def linked() -> int:
    return Link.objects.exclude(contact=None).count()


def all_done(members: int) -> bool:
    return linked() == members and not Journal.objects.filter(outcome=Outcome.NOTED).exists()


def everyone(members: int) -> list[str]:
    return sorted(f"LID-{n}" for n in range(1, members + 1))


@pytest.mark.parametrize(
    ("members", "kills"), [(200, 4), pytest.param(1000, 25, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_a_load_survives_workers_that_are_killed(
    members: int, kills: int, process_environment: dict[str, str], tmp_path: Path
) -> None:
    with a_sandbox("--limit", "none") as url:
        a_connection(url, members=members)
        for kill in range(kills):
            with Worker(process_environment, tmp_path / "log"):
                goal = min(linked() + members // (kills + 5), members - 1)
                until(lambda goal=goal: linked() >= goal, step=0.02)  # how soon, the bench measures
                time.sleep(kill % 5 * 0.004)
        with Worker(process_environment, tmp_path / "log"):
            until(lambda: all_done(members))
        assert numbers_there(url) == everyone(members)


def test_a_worker_that_thaws_after_another_took_over_makes_nothing_twice(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    """The frozen one loses its sessions, as behind a network that forgot it."""
    slow = a_sandbox("--limit", "none", "--delay", "5")
    with slow as url, Worker(process_environment, tmp_path / "first") as frozen:
        a_connection(url, members=150)
        until(lambda: linked() >= 20, step=0.01)
        frozen.process.send_signal(signal.SIGSTOP)
        cut_every_session()
        with Worker(process_environment, tmp_path / "second"):
            goal = min(linked() + 20, 150)
            until(lambda: linked() >= goal, step=0.01)
            frozen.process.send_signal(signal.SIGCONT)
            until(lambda: all_done(150))
        assert numbers_there(url) == everyone(150)


@pytest.mark.slow
def test_a_worker_lives_on_when_the_database_cuts_its_sessions(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    with a_sandbox("--limit", "none", "--delay", "2") as url, Worker(process_environment, tmp_path / "log") as worker:
        a_connection(url, members=400)
        for _ in range(8):
            goal = min(linked() + 30, 400)
            until(lambda goal=goal: linked() >= goal)
            cut_every_session()
        until(lambda: all_done(400))
        assert worker.process.poll() is None
        assert numbers_there(url) == everyone(400)


def test_a_worker_with_nothing_to_do_lives_on_when_the_database_is_restarted(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    """What hears of new jobs is cut off first then, and whoever keeps it running sees a good end: code 0."""
    log = tmp_path / "log"
    with a_sandbox("--limit", "none") as url, Worker(process_environment, log) as worker:
        until(lambda: all(asks(what) for what in ("LISTEN", "SELECT procrastinate_defer_periodic")))
        cut_every_session()
        a_connection(url, members=20)
        until(lambda: all_done(20))
        cuts = log.read_text().count("cut us off")
        time.sleep(4)  # who defers the periodic jobs has a session of its own, and would come back to it every second
        assert log.read_text().count("cut us off") <= cuts + 1
        assert worker.process.poll() is None
        worker.process.terminate()
        assert worker.process.wait(120) == 0
