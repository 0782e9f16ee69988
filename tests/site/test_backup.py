import stat
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from ledenbrug.site.commands.backup import EXTENSIONS
from tests.site.programs import command
from tests.site.servers import ask, hold

OWN = UUID("00000000-0000-4000-8000-000000000000")


def tell(home: Path, statement: str) -> object:
    with hold(home) as holder:
        return ask(holder.url, statement)


@pytest.fixture(scope="module")
def backup(used_home: Path) -> Path:
    tell(used_home, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    tell(used_home, "CREATE TABLE members AS SELECT 'Jan Voorbeeld' AS name, 1042 AS number")
    tell(used_home, f"CREATE TABLE sync_instance AS SELECT '{OWN}'::uuid AS uuid")
    target = used_home / "backup"
    done = command("backup", str(target), home=used_home)
    assert done.returncode == 0, done.stderr
    assert str(used_home / "keys") in done.stdout
    return target


def test_a_backup_is_for_this_account_only_and_without_keys(used_home: Path, backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert (used_home / "keys" / "token.key").read_bytes().strip() not in backup.read_bytes()


def test_what_was_written_comes_back_and_the_installation_counts_as_another(used_home: Path, backup: Path) -> None:
    tell(used_home, "UPDATE members SET name = 'changed later'")
    refused = command("restore", str(backup), home=used_home)
    assert (refused.returncode, refused.stderr) == (
        1,
        "There is a database already. Add --replace to put the backup in its place.\n",
    )
    assert tell(used_home, "SELECT name FROM members") == "changed later"
    done = command("restore", str(backup), "--replace", home=used_home)
    assert done.returncode == 0, done.stderr
    assert tell(used_home, "SELECT name || ' ' || number FROM members") == "Jan Voorbeeld 1042"
    assert tell(used_home, "SELECT uuid FROM sync_instance") != OWN


def test_an_extension_of_the_operators_is_left_out(used_home: Path, backup: Path, tmp_path: Path) -> None:
    """Only a superuser may make most of them, such as pg_stat_statements: the restore would stop at it."""
    tell(used_home, "CREATE EXTENSION citext")
    command("backup", str(tmp_path / "backup"), home=used_home)
    done = command("restore", str(tmp_path / "backup"), "--replace", home=used_home)
    assert done.returncode == 0, done.stderr
    assert tell(used_home, "SELECT count(*) FROM pg_extension WHERE extname = 'citext'") == 0
    assert tell(used_home, "SELECT count(*) FROM members") == 1


@pytest.mark.django_db
def test_a_backup_names_every_extension_that_the_tables_need() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'")
        assert {name for (name,) in cursor.fetchall()} == set(EXTENSIONS)


def test_nothing_is_restored_under_the_feet_of_a_running_installation(used_home: Path, backup: Path) -> None:
    import psycopg

    with hold(used_home) as holder, psycopg.connect(holder.url):
        refused = command("restore", str(backup), "--replace", home=used_home)
    assert (refused.returncode, refused.stderr) == (1, "Ledenbrug is running. Stop it first.\n")


def test_a_file_that_is_no_backup_leaves_what_was_there(used_home: Path, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "nonsense").write_text("no backup")
    refused = command("restore", str(tmp_path / "nonsense"), "--replace", home=used_home)
    assert refused.returncode == 1
    assert "Nothing was changed." in refused.stderr
    assert tell(used_home, "SELECT count(*) FROM members") == 1


def test_a_backup_that_was_cut_off_leaves_what_was_there(used_home: Path, backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-20])
    refused = command("restore", str(tmp_path / "cut"), "--replace", home=used_home)
    assert refused.returncode == 1
    assert refused.stderr.endswith("Nothing was changed.\n")
    assert tell(used_home, "SELECT count(*) FROM members") == 1


@pytest.fixture
def spoilt(used_home: Path, backup: Path, tmp_path: Path) -> Path:
    """Whole, and of the newest tables; but what its last one is made of cannot be had here."""
    tell(used_home, "CREATE EXTENSION IF NOT EXISTS citext")
    tell(used_home, "CREATE TABLE zeal AS SELECT 'nothing of this comes back'::citext AS word")
    assert command("backup", str(tmp_path / "spoilt"), home=used_home).returncode == 0
    tell(used_home, "DROP EXTENSION citext CASCADE")
    tell(used_home, "DROP TABLE zeal")
    return tmp_path / "spoilt"


def test_a_restore_that_fails_half_way_leaves_what_was_there(used_home: Path, spoilt: Path) -> None:
    """It left an empty database: what made room for it could not be taken back."""
    tell(used_home, "UPDATE members SET name = 'what was there'")
    name = tell(used_home, "SELECT uuid FROM sync_instance")
    refused = command("restore", str(spoilt), "--replace", home=used_home)
    assert refused.returncode == 1
    assert "citext" in refused.stderr
    assert refused.stderr.endswith("The file could not be read back. Nothing was changed.\n")
    assert tell(used_home, "SELECT name FROM members") == "what was there"
    assert tell(used_home, "SELECT uuid FROM sync_instance") == name
    assert tell(used_home, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == 1


@pytest.mark.parametrize("end", ["exit 1", "kill -9 $PPID; sleep 5"])
def test_a_restore_that_is_cut_off_leaves_what_was_there(
    used_home: Path, backup: Path, programs: dict[str, str], tmp_path: Path, end: str
) -> None:
    """What stands behind the cut never came, so nobody may take what came before it for the whole."""
    tell(used_home, "UPDATE members SET name = 'what was there'")
    for program in Path(programs["LEDENBRUG_POSTGRES"]).iterdir():
        (tmp_path / program.name).symlink_to(program)
    (tmp_path / "pg_restore").unlink()
    half = f"case $* in */dev/null*) exit;; esac; echo 'CREATE TABLE public.half ();'; {end}"
    (tmp_path / "pg_restore").write_text(f"#!/bin/sh\n{half}\n")
    (tmp_path / "pg_restore").chmod(0o755)
    assert command("restore", str(backup), "--replace", home=used_home, LEDENBRUG_POSTGRES=str(tmp_path)).returncode
    assert tell(used_home, "SELECT name FROM members") == "what was there"
    assert tell(used_home, "SELECT to_regclass('half')") is None


def test_what_was_restored_can_be_backed_up_and_restored_again(used_home: Path, backup: Path, tmp_path: Path) -> None:
    assert command("restore", str(backup), "--replace", home=used_home).returncode == 0
    assert command("backup", str(tmp_path / "again"), home=used_home).returncode == 0
    done = command("restore", str(tmp_path / "again"), "--replace", home=used_home)
    assert (done.returncode, done.stderr) == (0, "")
    assert tell(used_home, "SELECT name FROM members") == "Jan Voorbeeld"


def test_the_empty_database_of_a_mistaken_home_is_not_written_and_called_a_backup(
    fresh_home: Path, programs: dict[str, str], tmp_path: Path
) -> None:
    """A timer that does not know LEDENBRUG_HOME would write nothing, every night, and say that it was done."""
    refused = command("backup", str(tmp_path / "nothing"), home=fresh_home, **programs)
    assert refused.returncode == 1
    assert f"LEDENBRUG_HOME ({fresh_home})" in refused.stderr
    assert not (tmp_path / "nothing").exists()
    key = (fresh_home / "keys" / "token.key").read_bytes()
    rotated = command("rotate-key", home=fresh_home, **programs)
    assert rotated.returncode == 1
    assert f"LEDENBRUG_HOME ({fresh_home})" in rotated.stderr
    assert (fresh_home / "keys" / "token.key").read_bytes() == key


def test_a_backup_that_cannot_be_written_leaves_no_file(used_home: Path, tmp_path: Path) -> None:
    refused = command("backup", str(tmp_path / "no" / "such" / "folder"), home=used_home)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
