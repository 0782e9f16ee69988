"""The README of the package names tests that exist."""

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE.parents[3]


def test_every_test_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (PACKAGE / "README.md").read_text()))
    written = [*(PACKAGE / "tests").glob("test_*.py"), *(ROOT / "tests" / "contract").glob("test_*.py")]
    there = {name for path in written for name in [path.stem, *re.findall(r"^def (test_\w+)", path.read_text(), re.M)]}
    assert named
    assert named - there == set()
