"""A member secretary's day with a connection enabled: all of it arrives at the package, and all of it once."""

import pytest

from tests.browser import day
from tests.browser.day import ANNA, BRAM, CHILDREN, CLUB, DAAN, DOUBLE, REFUSED
from tests.browser.seed import FIRST_NUMBER, MEMBERS
from tests.browser.steps import PAYERS
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("walk", ["nl"], indirect=True)
def test_what_a_secretary_does_on_a_day_arrives_exactly_once(walk: Walk) -> None:
    day.be_connected(walk)
    before, since = walk.house.contacts(walk.books[0]), day.so_far(walk)

    day.import_the_list_and_mend_three(walk)
    parent = day.add_a_parent_who_pays_for_two(walk)
    day.give_a_status_from_next_year(walk, REFUSED[0])
    day.change_twelve_at_once(walk)
    assert day.written(walk, since=since) == {"POST": 1 + 12 + 1 + 3}

    day.merge_a_double(walk)
    day.delete_and_restore(walk, DAAN)
    day.sign_end_and_sign_again(walk, BRAM)
    day.change_the_account_in_three_ways(walk, BRAM)
    day.the_treasurer_says_yes(walk, BRAM)
    rows = day.export_all(walk)

    after = walk.house.contacts(walk.books[0])
    came = {DOUBLE, *REFUSED, *CLUB, parent}
    assert after.keys() - before.keys() == {f"LID-{each}" for each in came}
    assert len(after) == PAYERS + len(came)
    everybody = {*range(FIRST_NUMBER, FIRST_NUMBER + len(MEMBERS)), parent, *CLUB, *CHILDREN, *REFUSED}
    assert day.numbers(rows) == set(map(str, everybody))
    untouched = before.keys() - {f"LID-{each}" for each in (ANNA, BRAM)}
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}
