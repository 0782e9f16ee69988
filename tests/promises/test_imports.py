"""Imports point one way, as `pyproject.toml` says under `tool.importlinter`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    environment = {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200", "PATH": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_import_points_the_way_it_should() -> None:
    status, said = lint(ROOT)
    assert status == 0, said


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("wire/http.py", "import ledenbrug.sync", "Imports point one way"),
        ("members/apps.py", "import ledenbrug.bookkeeping", "Imports point one way"),
        ("core/plan.py", "import httpx2", "The core is pure"),
        ("bookkeeping/moneybird/client.py", "import django", "Nothing that speaks to a package knows Django"),
        ("bookkeeping/moneybird/client.py", "import ledenbrug.bookkeeping.memory", "Bookkeeping packages do not know"),
        ("bookkeeping/moneybird/sandbox/rules.py", "import ledenbrug.core.errors", "A sandbox shares no line"),
    ],
)
def test_an_import_that_points_the_wrong_way_is_noticed(tmp_path: Path, path: str, line: str, contract: str) -> None:
    for file in [ROOT / "pyproject.toml", *(ROOT / "src").rglob("*.py")]:
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    spoiled = tmp_path / "src" / "ledenbrug" / path
    spoiled.write_text(f"{spoiled.read_text()}\n{line}\n")
    status, said = lint(tmp_path)
    assert status == 1
    assert any(contract in row and "BROKEN" in row for row in said.splitlines()), said
