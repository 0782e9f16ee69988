"""`docs/map.md` is what a newcomer reads first: every place it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"(?<![\w/])((?:core|wire|stage|bookkeeping|members|sync|manager|site|docs|tests)/[\w/.]*\w/?)")


def test_every_place_on_the_map_exists() -> None:
    named = set(PLACE.findall((ROOT / "docs/map.md").read_text()))
    assert len(named) > 40
    missing = {place for place in named if not any((root / place).exists() for root in (ROOT, ROOT / "src/ledenbrug"))}
    assert missing == set()
