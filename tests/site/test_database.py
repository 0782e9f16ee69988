import os
import stat
import sys
from pathlib import Path

import psycopg
import pytest

from ledenbrug.site.postgres.address import from_url
from ledenbrug.site.postgres.errors import CannotStart
from ledenbrug.site.postgres.supervisor import running
from tests.site.servers import answers, ask, begin, hold, is_alive, postmaster
from tests.waiting import until


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_written_is_there_after_a_stop_and_a_start(used_home: Path) -> None:
    with hold(used_home) as first:
        ask(first.url, "CREATE TABLE kept AS SELECT 42 AS number")
        first.end()
    assert not answers(first.url)
    with hold(used_home) as second:
        assert second.url == first.url
        assert ask(second.url, "SELECT number FROM kept") == 42
        ask(second.url, "DROP TABLE kept")


def test_a_stop_is_clean(used_home: Path) -> None:
    with hold(used_home) as holder:
        server = postmaster(used_home)
        holder.end()
    assert not is_alive(server)
    assert not (used_home / "data" / "postmaster.pid").exists()
    assert (used_home / "postgres.log").read_text().rstrip().endswith("database system is shut down")


def test_nobody_else_on_the_machine_can_come_in(used_home: Path) -> None:
    with hold(used_home) as holder:
        address = from_url(holder.url)
        assert ask(holder.url, "SHOW listen_addresses") == ""
        assert mode(Path(address.host)) == 0o700
        assert mode(used_home / "data") == 0o700
        assert [mode(used_home / name) for name in ("database.json", "database.superuser")] == [0o600, 0o600]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(holder.url, password="guessed")


def test_the_application_is_no_superuser(used_home: Path) -> None:
    with hold(used_home) as holder:
        assert ask(holder.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_errors_in_the_log_of_the_server_quote_no_data(used_home: Path) -> None:
    with hold(used_home) as holder:
        with psycopg.connect(holder.url, autocommit=True) as connection:
            connection.execute("CREATE TEMP TABLE people (mail text UNIQUE)")
            with pytest.raises(psycopg.IntegrityError):
                connection.execute("INSERT INTO people VALUES ('jo@voorbeeld.example'), ('jo@voorbeeld.example')")
        holder.end()
    assert "voorbeeld" not in (used_home / "postgres.log").read_text()


def test_a_second_process_attaches_and_takes_over_when_the_first_goes(used_home: Path) -> None:
    with hold(used_home) as first, hold(used_home) as second:
        server = postmaster(used_home)
        assert second.url == first.url
        first.end()
        until(lambda: answers(second.url))
        assert postmaster(used_home) != server
        second.end()
        assert not answers(second.url)


def test_two_first_starts_at_once_make_one_database(fresh_home: Path, programs: dict[str, str]) -> None:
    with begin(fresh_home, more=programs) as first, begin(fresh_home, more=programs) as second:
        first.wait_until_ready()
        second.wait_until_ready()
        assert first.url == second.url
        assert answers(first.url)


@pytest.mark.parametrize("name", ["with a space", "long-" + "x" * 120, "quote'and,comma"])
def test_the_folder_may_be_called_anything(fresh_home: Path, programs: dict[str, str], name: str) -> None:
    with hold(fresh_home / name, more=programs) as holder:
        address = from_url(holder.url)
        assert answers(holder.url)
        assert len(f"{address.host}/.s.PGSQL.5432") < 107
        assert mode(Path(address.host)) == 0o700
        holder.end()
    with hold(fresh_home / name, more=programs) as again:
        assert again.url == holder.url
        again.end()
    Path(address.host).rmdir()


def test_a_first_start_that_was_interrupted_is_done_again(fresh_home: Path, programs: dict[str, str]) -> None:
    (fresh_home / "data.new").mkdir(parents=True)
    (fresh_home / "data.new" / "PG_VERSION").write_text("18\n")
    fresh_home.chmod(0o755)
    with hold(fresh_home, more=programs) as holder:
        assert answers(holder.url)


def test_a_lost_description_is_written_again(used_home: Path) -> None:
    (used_home / "database.json").unlink()
    with hold(used_home) as holder:
        assert answers(holder.url)


def test_data_of_another_major_version_are_refused_with_the_way_out(used_home: Path) -> None:
    version = used_home / "data" / "PG_VERSION"
    real = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(CannotStart, match=r"made by PostgreSQL 9, .* `ledenbrug backup FILE`"), running(used_home):
            pass
    finally:
        version.write_text(real)


def test_a_folder_without_programs_is_refused(used_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDENBRUG_POSTGRES", str(used_home))
    with pytest.raises(CannotStart, match="LEDENBRUG_POSTGRES"), running(used_home):
        pass


def test_with_a_database_of_the_operator_nothing_is_started(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDENBRUG_DATABASE_URL", "postgresql://jan:p%40ss@db.example:6543/leden?sslmode=require")
    with running(fresh_home) as address:
        assert (address.host, address.port, address.password, address.name) == ("db.example", 6543, "p@ss", "leden")
        assert address.options == (("sslmode", "require"),)
    assert not fresh_home.exists()


@pytest.mark.parametrize("wrong", ["mysql://jan:geheim@db.example/leden", "postgresql://jan:geheim@db.example:5432"])
def test_a_wrong_address_is_refused_without_repeating_it(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("LEDENBRUG_DATABASE_URL", wrong)
    with pytest.raises(CannotStart, match="LEDENBRUG_DATABASE_URL cannot be used") as refusal, running(fresh_home):
        pass
    assert "geheim" not in str(refusal.value)
    assert not fresh_home.exists()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")


@as_root
def test_root_has_the_server_run_by_another_account(used_home: Path) -> None:
    with hold(used_home):
        assert Path(f"/proc/{postmaster(used_home)}").stat().st_uid != 0


@as_root
def test_a_home_that_account_cannot_reach_is_left_as_it_is(fresh_home: Path, programs: dict[str, str]) -> None:
    import shutil

    fresh_home.parent.chmod(0o700)
    with hold(fresh_home, more=programs) as holder:
        elsewhere = Path((fresh_home / "database.place").read_text().strip())
        try:
            assert elsewhere.parent == Path("/var/lib/ledenbrug")
            assert mode(elsewhere / "data") == 0o700
            assert mode(fresh_home.parent) == 0o700
            holder.end()
            fresh_home.parent.chmod(0o755)  # a choice once made stays: the data are there
            with hold(fresh_home, more=programs) as again:
                assert again.url == holder.url
        finally:
            shutil.rmtree(elsewhere)


@as_root
def test_an_ordinary_user_needs_nothing_of_root(fresh_home: Path, programs: dict[str, str]) -> None:
    import pwd
    import subprocess

    nobody = pwd.getpwnam("nobody")
    account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    tried = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -c ""', sys.executable], **account, cwd="/", capture_output=True
    )
    if tried.returncode:
        pytest.skip("this Python lies in a private folder of root")
    os.chown(fresh_home.parent, nobody.pw_uid, nobody.pw_gid)
    with hold(fresh_home, more=programs, **account) as holder:
        assert answers(holder.url)
        assert Path(f"/proc/{postmaster(fresh_home)}").stat().st_uid == nobody.pw_uid


@as_root
def test_an_account_that_is_not_there_is_said(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDENBRUG_DATABASE_ACCOUNT", "nobody-of-that-name")
    with pytest.raises(CannotStart, match="LEDENBRUG_DATABASE_ACCOUNT"), running(fresh_home):
        pass
