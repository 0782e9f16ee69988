import os
import signal
from pathlib import Path

import pytest

from tests.site.programs import command
from tests.site.servers import answers, ask, hold, is_alive, postmaster
from tests.waiting import until

pytestmark = pytest.mark.slow

MACHINE = sorted(Path("/usr/lib/postgresql").glob("*/bin")) + sorted(Path("/").glob("usr/pgsql-*/bin"))
FITTING = [folder for folder in MACHINE if int("".join(filter(str.isdigit, folder.parent.name)) or 0) >= 15]


@pytest.mark.skipif(not FITTING, reason="this machine has no PostgreSQL of its own")
def test_the_postgresql_of_the_machine_does_as_well(fresh_home: Path, tmp_path: Path) -> None:
    programs = str(FITTING[-1])
    done = command("migrate", "--verbosity", "0", home=fresh_home, LEDENBRUG_POSTGRES=programs)
    assert done.returncode == 0, done.stderr
    with hold(fresh_home, more={"LEDENBRUG_POSTGRES": programs}) as holder:
        assert ask(holder.url, "SHOW server_version").split(".")[0] == FITTING[-1].parent.name
    saved = command("backup", str(tmp_path / "saved"), home=fresh_home, LEDENBRUG_POSTGRES=programs)
    assert saved.returncode == 0, saved.stderr
    again = command("restore", str(tmp_path / "saved"), "--replace", home=fresh_home, LEDENBRUG_POSTGRES=programs)
    assert again.returncode == 0, again.stderr


@pytest.mark.skipif(not FITTING, reason="this machine has no PostgreSQL of its own")
def test_data_made_by_an_older_server_go_on_with_it_and_move_by_backup(fresh_home: Path, tmp_path: Path) -> None:
    with hold(fresh_home, more={"LEDENBRUG_POSTGRES": str(FITTING[-1])}) as holder:
        ask(holder.url, "CREATE TABLE kept AS SELECT 7 AS number")
    with hold(fresh_home) as later:  # no setting, and a wheel that is newer
        assert ask(later.url, "SHOW server_version").split(".")[0] == FITTING[-1].parent.name
        assert ask(later.url, "SELECT number FROM kept") == 7
    assert command("backup", str(tmp_path / "saved"), home=fresh_home).returncode == 0
    (fresh_home / "data").rename(fresh_home / "data.old")
    done = command("restore", str(tmp_path / "saved"), home=fresh_home)
    assert done.returncode == 0, done.stderr
    with hold(fresh_home) as moved:
        assert ask(moved.url, "SHOW server_version").startswith("18")
        assert ask(moved.url, "SELECT number FROM kept") == 7


def test_a_server_that_lives_but_does_not_answer_is_replaced(used_home: Path) -> None:
    with hold(used_home) as holder:
        frozen = postmaster(used_home)
        os.kill(frozen, signal.SIGSTOP)
        until(lambda: not is_alive(frozen))
        until(lambda: answers(holder.url))
