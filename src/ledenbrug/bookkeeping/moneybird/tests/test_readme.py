"""The README of the package holds a rule a row, each with tests that exist on both sides."""

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE.parents[3]
README = (PACKAGE / "README.md").read_text()
SIDES = 2
PLACES = (PACKAGE / "tests", *(ROOT / "tests" / name for name in ("contract", "wire", "sync", "browser")))


def rules() -> list[list[str]]:
    """Number, rule, the tests on the sandbox's side and on the client's."""
    rows = re.findall(r"^\| (\d\S*) \|(.*)\|$", README.partition("## Rules")[2], re.M)
    return [[number, *(cell.strip() for cell in rest.split(" | "))] for number, rest in rows]


def test_every_rule_has_a_number_of_its_own_and_a_test_on_each_side() -> None:
    numbers = [number for number, *_ in rules()]
    assert len(numbers) > 40
    assert len(set(numbers)) == len(numbers)
    assert {number.partition(".")[0].strip("abcdefgh") for number in numbers} == {"4", "5", "6"}
    bare = [row for row in rules() if len(row) != 2 + SIDES or not all("`test_" in cell for cell in row[2:])]
    assert bare == []


def test_every_test_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", README))
    written = [path for place in PLACES for path in place.glob("test_*.py")]
    there = {name for path in written for name in [path.stem, *re.findall(r"^def (test_\w+)", path.read_text(), re.M)]}
    assert named
    assert named - there == set()
