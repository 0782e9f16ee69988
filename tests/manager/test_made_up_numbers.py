"""Numbers that stand in a page of ours come back as somebody made them up."""

from datetime import date

import pytest
from django.utils import timezone

from ledenbrug.manager import sent
from ledenbrug.members import operations
from ledenbrug.members.models import Member, Role
from tests.manager.front import a_front
from tests.members.factories import a_member, a_status

MADE_UP = ["", "-1", "1.0", "1e5", "\u0661", "\u00b2", " 1", "9" * 19, "9" * 5000, "\x00"]


@pytest.mark.parametrize("written", MADE_UP)
def test_what_is_no_number_of_ours_is_none(written: str) -> None:
    assert sent.number(written) is None


def test_of_several_those_that_are_numbers_are_left() -> None:
    assert sent.numbers(["7", "x", "9" * 18, "007"]) == [7, 10**18 - 1, 7]


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["9" * 18, "9" * 5000])
def test_a_version_that_never_was_breaks_no_page(written: str) -> None:
    front = a_front()
    client, other = front.as_(Role.ADMIN), a_member(front.association, status=front.status)
    left = a_status(front.association, archived=True)
    a_member(front.association, status=left, since=date(2010, 9, 1))
    operations.propose_erasure(front.association, now=timezone.now())
    forms = {
        f"{front.person}edit/": {"last_name": "Anders", "country": "NL", "number": front.member.number},
        f"{front.person}iban/": {"iban": "NL20INGB0001234567", "how": "typing_error"},
        f"{front.person}merge/{other.pk}/": {"seen_other": written},
        f"{front.root}members/former/": {"member": written, "erase": "1", "sure": "1"},
        f"{front.root}members/bulk/delete/?member={front.member.pk}": {},
    }
    answers = {address: client.post(address, {**form, "seen": written}).status_code for address, form in forms.items()}
    assert set(answers.values()) <= {200, 302, 422}
    assert Member.objects.of(front.association).filter(deleted_at=None).count() == 3
