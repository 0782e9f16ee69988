import re
from pathlib import Path

import pytest

from ledenbrug.site.command import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SOURCES = [path for path in (ROOT / "src" / "ledenbrug").rglob("*.py") if "tests" not in path.parts]
READS = re.compile(r'environment\.(?:text|number|switch|words|folder|optional|fitting)\(\s*"([A-Z_]+)"')
NAMES = re.compile(r'environ(?:\.get|\.setdefault)?[(\[]\s*"LEDENBRUG_([A-Z_]+)"|= "LEDENBRUG_([A-Z_]+)"')


def variables() -> set[str]:
    found: set[str] = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        found |= set(READS.findall(text))
        found |= {name for pair in NAMES.findall(text) for name in pair if name}
    return found


def test_every_setting_is_explained_to_the_operator() -> None:
    known = variables()
    assert {"HOME", "DATABASE_URL", "SMTP_URL", "EGRESS"} <= known
    assert [name for name in sorted(known) if f"`LEDENBRUG_{name}`" not in PAGE] == []


def test_no_setting_is_explained_that_does_not_exist() -> None:
    told = set(re.findall(r"`LEDENBRUG_([A-Z_]+)`", PAGE))
    others = {"CHROMIUM", "MONEYBIRD_CLIENT_ID"}
    assert sorted(told - variables() - others) == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_explained_to_the_operator(name: str) -> None:
    assert f"`ledenbrug {name}" in PAGE


def test_every_command_can_be_imported() -> None:
    from importlib import import_module

    for command in COMMANDS.values():
        assert callable(import_module(command.module).main)
