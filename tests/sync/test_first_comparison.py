"""Reading everyone before a first load: it may take many windows of a limit that others spend too."""

from collections import Counter
from datetime import timedelta

import pytest

from ledenbrug.bookkeeping.memory.client import PAGE, MemoryBooks
from ledenbrug.core.errors import Temporary
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field
from ledenbrug.sync import matching
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
PAGES = 8


@pytest.fixture
def stage() -> Stage:
    found = a_stage()
    for number in range(PAGES * PAGE):
        found.world.add({Field.LAST_NAME: f"Lid {number}"})
    return found


def a_page(stage: Stage) -> list[Remote] | None:
    """A turn in which the limit leaves one page; None while there is more to read."""
    stage.world.faults.clear()
    stage.world.fail(Temporary(Reason.BUDGET), on="read", skip=1)
    try:
        return matching.contacts(stage.connection, MemoryBooks(stage.world), now=stage.now)
    except Temporary:
        return None


def ids(found: list[Remote] | None) -> Counter[ContactId]:
    return Counter(each.contact_id for each in found or ())


def test_it_comes_to_its_end_however_long_it_takes(stage: Stage) -> None:
    turns = 1
    while (found := a_page(stage)) is None:
        stage.later(minutes=4)
        turns += 1
        assert turns <= PAGES
    assert ids(found) == Counter([*stage.world.contacts])
    assert stage.world.requests["read"] == PAGES + turns - 1  # with those that were refused


def test_who_comes_or_goes_meanwhile_hides_nobody(stage: Stage) -> None:
    assert a_page(stage) is None
    stage.world.delete(sorted(stage.world.contacts)[0])
    stage.world.delete(sorted(stage.world.contacts)[PAGE + 5])
    new = stage.world.add({Field.LAST_NAME: "Nieuw"})
    while (found := a_page(stage)) is None:
        stage.later(minutes=1)
    assert ids(found) == Counter([*stage.world.contacts])
    assert new in ids(found)


def test_what_was_read_is_used_again_for_ten_minutes_and_no_longer(stage: Stage) -> None:
    books = MemoryBooks(stage.world)
    for later, pages in ((0, PAGES), (9, PAGES), (2, 2 * PAGES)):
        stage.now += timedelta(minutes=later)
        matching.contacts(stage.connection, books, now=stage.now)
        assert stage.world.requests["read"] == pages
