import subprocess
import sys
from pathlib import Path

import pytest

from ledenbrug.site import packages
from ledenbrug.site.command import COMMANDS
from tests.site.programs import command, running_command


def test_without_a_word_it_says_which_words_there_are(tmp_path: Path) -> None:
    said = command(home=tmp_path / "home")
    assert said.returncode == 0
    assert all(f"  {name} " in said.stdout for name in COMMANDS)
    assert not (tmp_path / "home").exists()


def test_a_word_nobody_knows_is_left_to_django(tmp_path: Path, used_home: Path) -> None:
    said = command("fly", home=used_home)
    assert said.returncode == 1
    assert "Unknown command: 'fly'" in said.stderr


def test_an_unknown_sandbox_names_those_there_are(tmp_path: Path) -> None:
    said = command("sandbox", "ledgerland", home=tmp_path / "home")
    assert said.returncode == 2
    assert "moneybird" in said.stderr


@pytest.mark.parametrize("name", packages.sandboxes())
def test_a_sandbox_needs_no_django_no_database_and_no_home(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    with running_command("sandbox", name, "--port", "0", home=home) as sandbox:
        sandbox.wait_for("http://127.0.0.1:")
        loaded = Path(f"/proc/{sandbox.process.pid}/maps")
        assert not loaded.exists() or "psycopg" not in loaded.read_text()
        assert sandbox.stop() == 0
    assert not home.exists()


def test_the_command_itself_loads_nothing_heavy() -> None:
    code = "import sys, ledenbrug.site.command, ledenbrug.site.commands.sandbox; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"django", "psycopg", "httpx2", "structlog", "cryptography"} & set(loaded)


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(used_home: Path) -> None:
    said = command("doctor", home=used_home, LEDENBRUG_WORKERS="40")
    assert said.returncode == 1
    assert "ok  database: PostgreSQL 18" in said.stdout
    assert "!!  tables: of an older release: `ledenbrug run` brings them up to date." in said.stdout
    assert "!!  sessions: 41 processes may open" in said.stdout
    (used_home / "keys" / "token.key").write_text("nonsense\n")
    try:
        assert "!!  keys: token.key holds something that is not a key" in command("doctor", home=used_home).stdout
    finally:
        (used_home / "keys" / "token.key").unlink()


@pytest.mark.slow
@pytest.mark.parametrize("word", ["doctor", "run"])
def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path, word: str) -> None:
    url = "postgresql://user:hidden@127.0.0.1:1/name"
    told = command(word, home=tmp_path / "home", LEDENBRUG_DATABASE_URL=url, LEDENBRUG_PORT="0")
    assert told.returncode == 1
    assert "The database in LEDENBRUG_DATABASE_URL cannot be used: connection failed" in told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    assert "hidden" not in told.stdout + told.stderr


def test_a_home_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    told = command("run", home=tmp_path / "home", LEDENBRUG_PORT="0")
    assert told.returncode == 1
    assert told.stderr.startswith(f"Cannot write to {tmp_path / 'home'}")
    assert "Traceback" not in told.stderr


def test_the_demo_starts_with_one_word_and_so_once_more(tmp_path: Path) -> None:
    import signal

    import httpx2

    tmp_path.chmod(0o755)
    for _ in range(2):
        with running_command("demo", "--port", "0", home=tmp_path / ".demo", cwd=tmp_path) as demo:
            demo.wait_for("the password is")
            assert httpx2.get(f"{demo.url}/account/login/", timeout=60).status_code == 200
            assert "sandbox, is at http://127.0.0.1:" in demo.said
            assert demo.stop(signal.SIGINT) == 0
            assert demo.said.endswith("Stopped.")
