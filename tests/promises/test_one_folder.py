"""A bookkeeping package is one folder: nothing else in the house knows it by name.

The documents, the tests, the demo and the bench may: they tell of one of them.
"""

import re
from pathlib import Path

import pytest

import ledenbrug
from ledenbrug import bookkeeping

SOURCE = Path(ledenbrug.__file__).parent
ROOT = Path(__file__).parents[2]
TELLERS = (SOURCE / "demo", SOURCE / "bench")
OUTSIDE = (
    *(ROOT / name for name in ("Makefile", "pyproject.toml")),
    *(path for folder in (".ci", "scripts", "requirements") for path in sorted((ROOT / folder).glob("*"))),
)
"""What makes, checks and runs the house."""
BINARY = {".pyc", ".mo", ".png", ".ico", ".woff2"}


def names_of(package: str) -> re.Pattern[str]:
    """As code, settings and people write it. A hidden package may bear a common word: only its folder counts."""
    found = bookkeeping.load(package)
    if found.hidden:
        return re.compile(rf"bookkeeping[./]{package}\b|[\"']{package}[\"']")
    spellings = {package, package.replace("_", " "), package.replace("_", "-"), package.replace("_", ""), found.label}
    alone = rf"(?-i:\b{found.label.split()[0]}\b)"  # as people say it for short, with its capital
    return re.compile("|".join([*map(re.escape, spellings), alone]), re.IGNORECASE)


def houses_files(package: str) -> list[Path]:
    own = SOURCE / "bookkeeping" / package
    return [
        path
        for path in (*sorted(SOURCE.rglob("*")), *OUTSIDE)
        if path.is_file()
        and path.suffix not in BINARY
        and "__pycache__" not in path.parts
        and not any(path.is_relative_to(folder) for folder in (own, *TELLERS))
    ]


def mentions(package: str) -> list[str]:
    pattern = names_of(package)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in houses_files(package)
        for number, line in enumerate([path.name, *path.read_text().splitlines()])
        if pattern.search(line)
    ]


@pytest.mark.parametrize("package", bookkeeping.names())
def test_a_package_is_named_in_its_own_folder_only(package: str) -> None:
    assert mentions(package) == []


@pytest.mark.parametrize("package", bookkeeping.names())
def test_a_package_would_be_noticed_elsewhere(package: str) -> None:
    """The search finds the package where it is, in its own folder, and looks at every other."""
    own = SOURCE / "bookkeeping" / package
    assert any(names_of(package).search(path.read_text()) for path in own.glob("*.py"))
    looked = {path.relative_to(SOURCE).parts[0] for path in houses_files(package) if path.is_relative_to(SOURCE)}
    assert looked >= {"core", "wire", "stage", "bookkeeping", "members", "sync", "manager", "site"}


def test_another_package_needs_no_change_elsewhere() -> None:
    """What is in a package's folder is found by its name: nothing lists the folders."""
    folders = {path.parent.name for path in (SOURCE / "bookkeeping").glob("*/__init__.py")}
    assert set(bookkeeping.names()) == folders
    listed = re.compile(r"\b(" + "|".join(folders) + r")\b")
    assert not listed.search((SOURCE / "bookkeeping" / "__init__.py").read_text())
