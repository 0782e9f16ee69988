"""Exact Online, as a Dutch treasurer connects it: a key of the association's own, two divisions, one permission."""

import pytest

from tests.browser import exact_steps as steps
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("walk", ["nl"], indirect=True)
def test_a_treasurer_registers_a_key_and_connects_two_divisions(walk: Walk) -> None:
    steps.a_relation_stands_there_already(walk)
    steps.find_the_page(walk)
    key = steps.register_a_key(walk)
    steps.paste_a_wrong_secret_and_be_told(walk, key)
    steps.connect(walk, key)
    steps.choose_and_save(walk)
    steps.see_what_would_happen(walk)
    steps.enable(walk)
    steps.look_at_the_relations_there(walk)
    steps.edit_a_member(walk, "Overbrugge")
    steps.connect_a_second_division(walk, key)
    steps.edit_a_member(walk, "Oeverstad")
