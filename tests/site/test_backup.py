import stat
from pathlib import Path

import pytest
from django.db import connection

from ledenbrug.site.commands.backup import EXTENSIONS
from tests.site.programs import command
from tests.site.servers import ask, hold


def tell(home: Path, statement: str) -> object:
    with hold(home) as holder:
        return ask(holder.url, statement)


@pytest.fixture(scope="module")
def backup(used_home: Path) -> Path:
    tell(used_home, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    tell(used_home, "CREATE TABLE members AS SELECT 'Jan Voorbeeld' AS name, 1042 AS number")
    target = used_home / "backup"
    done = command("backup", str(target), home=used_home)
    assert done.returncode == 0, done.stderr
    assert str(used_home / "keys") in done.stdout
    return target


def test_a_backup_is_for_this_account_only_and_without_keys(used_home: Path, backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert (used_home / "keys" / "token.key").read_bytes().strip() not in backup.read_bytes()


def test_what_was_written_comes_back_and_the_installation_counts_as_another(used_home: Path, backup: Path) -> None:
    (used_home / "instance").write_text("00000000-0000-4000-8000-000000000000\n")
    tell(used_home, "UPDATE members SET name = 'changed later'")
    refused = command("restore", str(backup), home=used_home)
    assert (refused.returncode, refused.stderr) == (1, "There is a database already. Add --replace to throw it away.\n")
    assert tell(used_home, "SELECT name FROM members") == "changed later"
    done = command("restore", str(backup), "--replace", home=used_home)
    assert done.returncode == 0, done.stderr
    assert tell(used_home, "SELECT name || ' ' || number FROM members") == "Jan Voorbeeld 1042"
    assert (used_home / "instance").read_text() != "00000000-0000-4000-8000-000000000000\n"


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


def test_a_backup_that_cannot_be_written_leaves_no_file(used_home: Path, tmp_path: Path) -> None:
    refused = command("backup", str(tmp_path / "no" / "such" / "folder"), home=used_home)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
