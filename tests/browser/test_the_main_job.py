"""The main job, as a treasurer and a member secretary do it, in both languages, with everything real but Moneybird."""

from collections.abc import Callable

import pytest

from tests.browser import steps
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser


def test_a_treasurer_connects_and_members_follow(walk: Walk, record_property: Callable[[str, object], None]) -> None:
    steps.contacts_stand_there_already(walk)
    steps.find_the_page(walk)
    steps.refuse_and_be_told(walk)
    steps.allow(walk)
    steps.choose_and_save(walk)
    steps.see_what_would_happen(walk)
    steps.enable(walk)
    steps.find_the_contacts_there(walk)
    record_property("seconds from Save to the request", steps.edit_a_member(walk))
    steps.look_at_the_member(walk)
    steps.import_a_file(walk)
    steps.be_refused_a_taken_administration(walk)
    steps.be_refused_two_for_one_set_of_books(walk)
    steps.disable_enable_and_hold(walk)
    steps.be_told_that_the_module_is_off(walk)
    steps.remove(walk)
