"""What came of a round in which members were asked: figures, whom to ask again, and all of its links taken back."""

import pytest

from ledenbrug.members import filling, operations, search
from ledenbrug.members.filling import Figures
from ledenbrug.members.models import Association, CustomField, FillRequest, FillRound, Member
from ledenbrug.members.operations import Differs, WithdrawingForeseen
from tests.members.choir import answer, ask, everybody, mailed, members, opens, states
from tests.members.factories import NOW, TODAY, a_custom_field, an_association

pytestmark = pytest.mark.django_db
pytest_plugins = ("tests.members.choir",)


@pytest.fixture
def asks(here: Association, shirt: CustomField) -> FillRound:
    """One member in each of the ways it can end."""
    found = members(here, "answered", "open", "failed", "withdrawn", "waiting")
    made = ask(here, seen=5)
    FillRequest.objects.filter(member=found[4]).update(tried_at=NOW)
    FillRequest.objects.filter(member=found[2]).update(failed=True)
    answer(mailed()[0], shirt)
    operations.withdraw_request(FillRequest.objects.get(member=found[3]), by=None, now=NOW)
    return made


def figures(asks: FillRound) -> Figures:
    asks.refresh_from_db()
    return filling.figures(asks.association, [asks], today=TODAY)[asks.pk]


def found(here: Association, group: str = "", asks: FillRound | None = None) -> list[str]:
    wanted = search.Wanted(asked=group, round=asks.pk if asks else 0)
    return sorted(each.given_name for each in search.find(here, wanted, today=TODAY))


def test_everybody_who_was_asked_is_counted_once_and_found_by_how_it_stands(here: Association, asks: FillRound) -> None:
    members(here, "neverasked")
    assert figures(asks) == Figures(answered=1, unanswered=1, waiting=1, failed=1, ended=1, asked_again=0)
    assert {group: found(here, group, asks) for group in filling.groups(TODAY)} == {
        "answered": ["Answered"], "unanswered": ["Open"], "waiting": ["Waiting"], "failed": ["Failed"],
        "ended": ["Withdrawn"],
    }  # fmt: skip
    assert len(found(here, asks=asks)) == 5


def test_after_two_weeks_who_did_not_answer_still_did_not_and_what_never_left_was_not_delivered(
    here: Association, asks: FillRound
) -> None:
    assert states(here, days=15) == {
        "answered@leden.example": "answered", "open@leden.example": "lapsed", "failed@leden.example": "failed",
        "withdrawn@leden.example": "ended", "waiting@leden.example": "failed",
    }  # fmt: skip


def test_who_is_asked_again_is_in_the_later_round_and_the_earlier_keeps_its_figures(
    here: Association, asks: FillRound
) -> None:
    unanswered = Member.objects.filter(pk__in=filling.asked(here, group="unanswered", round_id=asks.pk, today=TODAY))
    again = ask(here, found=unanswered)
    assert found(here, asks=again) == ["Open"]
    assert figures(asks) == Figures(answered=1, unanswered=0, waiting=1, failed=1, ended=1, asked_again=1)
    ask(here, seen=5)
    assert figures(asks) == Figures(answered=1, unanswered=0, waiting=0, failed=0, ended=0, asked_again=4)
    assert not FillRound.objects.filter(pk=again.pk).exists()  # it was of one, who is in a later one


def test_a_round_of_another_association_finds_nobody(here: Association, asks: FillRound) -> None:
    other = an_association()
    a_custom_field(other, by_members=True)
    members(other, "zoe")
    theirs = ask(other)
    assert found(here, asks=theirs) == found(other, asks=asks) == []
    assert found(other, "waiting") == ["Zoe"]


def test_all_links_of_a_round_are_taken_back_with_the_count_that_was_shown(
    here: Association, asks: FillRound, shirt: CustomField
) -> None:
    tokens = mailed()
    chosen = everybody(here)
    foreseen = operations.foresee_withdrawing(here, chosen, now=NOW)
    assert foreseen == WithdrawingForeseen(links=3, waiting=1, answered=1)
    with pytest.raises(Differs):
        operations.withdraw_requests(here, chosen, seen=2, by=None, now=NOW)
    assert any(opens(each) for each in tokens)
    assert operations.withdraw_requests(here, chosen, seen=3, by=None, now=NOW) == 3
    assert [each for each in tokens if opens(each)] == []
    assert len(mailed(days=1)) == len(tokens)  # what waited does not leave
    assert figures(asks) == Figures(answered=1, unanswered=0, waiting=0, failed=1, ended=3, asked_again=0)
    assert operations.foresee_withdrawing(here, chosen, now=NOW) == WithdrawingForeseen(links=0, waiting=0, answered=0)


def test_taking_back_for_some_leaves_the_others_and_other_associations_alone(
    here: Association, asks: FillRound
) -> None:
    one = Member.objects.filter(given_name="Open")
    other = an_association()
    with pytest.raises(Differs):
        operations.withdraw_requests(other, one, seen=1, by=None, now=NOW)
    assert operations.withdraw_requests(here, one, seen=1, by=None, now=NOW) == 1
    assert figures(asks) == Figures(answered=1, unanswered=0, waiting=1, failed=1, ended=2, asked_again=0)
