"""A bookkeeping package is one folder: nothing else in the source knows it by name.

The demo and the bench may: they tell of one of them.
"""

import re
from pathlib import Path

import pytest

import ledenbrug
from ledenbrug import bookkeeping

SOURCE = Path(ledenbrug.__file__).parent
BINARY = {".pyc", ".mo", ".png", ".ico", ".woff2"}


def names_of(package: str) -> re.Pattern[str]:
    """As code, settings and people write it. A hidden package may bear a common word: only its folder counts."""
    found = bookkeeping.load(package)
    if found.hidden:
        return re.compile(rf"bookkeeping[./]{package}\b|[\"']{package}[\"']")
    spellings = {package, package.replace("_", " "), package.replace("_", "-"), package.replace("_", ""), found.label}
    return re.compile("|".join(re.escape(each) for each in spellings), re.IGNORECASE)


def mentions(package: str) -> list[str]:
    own, tellers, pattern = SOURCE / "bookkeeping" / package, (SOURCE / "demo", SOURCE / "bench"), names_of(package)
    return [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted(SOURCE.rglob("*"))
        if path.is_file()
        and path.suffix not in BINARY
        and "__pycache__" not in path.parts
        and not path.is_relative_to(own)
        and not any(path.is_relative_to(teller) for teller in tellers)
        for number, line in enumerate([str(path.relative_to(SOURCE)), *path.read_text().splitlines()])
        if pattern.search(line)
    ]


@pytest.mark.parametrize("package", bookkeeping.names())
def test_a_package_is_named_in_its_own_folder_only(package: str) -> None:
    assert mentions(package) == []


@pytest.mark.parametrize("package", bookkeeping.names())
def test_a_package_would_be_noticed_elsewhere(package: str) -> None:
    """The search finds the package where it is: in its own folder."""
    own = SOURCE / "bookkeeping" / package
    assert any(names_of(package).search(path.read_text()) for path in own.glob("*.py"))


def test_another_package_needs_no_change_elsewhere() -> None:
    """What is in a package's folder is found by its name: nothing lists the folders."""
    folders = {path.parent.name for path in (SOURCE / "bookkeeping").glob("*/__init__.py")}
    assert set(bookkeeping.names()) == folders
    listed = re.compile(r"\b(" + "|".join(folders) + r")\b")
    assert not listed.search((SOURCE / "bookkeeping" / "__init__.py").read_text())
