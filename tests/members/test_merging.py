from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import calendar, duplicates, history, operations
from ledenbrug.members.models import Association, Mandate, Member, PayerDetails, Period
from ledenbrug.members.operations import merging
from ledenbrug.members.refusals import ChangedMeanwhile, Reason, Refused
from tests.members.factories import (
    IBAN,
    NOW,
    OTHER_IBAN,
    TODAY,
    a_custom_field,
    a_financial_administration,
    a_mandate,
    a_member,
    a_status,
    a_user,
    an_association,
)

pytestmark = pytest.mark.django_db


def merge(survivor: Member, other: Member, *theirs: str) -> Member:
    for each in (survivor, other):
        each.refresh_from_db()
    return operations.merge_members(
        survivor, other, seen=(survivor.version, other.version), theirs=frozenset(theirs), by=None, now=NOW
    )


def found(association: Association) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.first.number, each.second.number, each.why) for each in duplicates.pairs(association)]


def test_a_double_is_recognised_and_a_family_is_not(here: Association) -> None:
    person = {"last_name": "Vries", "infix": "de", "given_name": "Jan", "email": "Jan@post.example", "iban": IBAN}
    a_member(here, number="1", birth_date=date(1980, 1, 2), **person)
    a_member(here, number="2", **person | {"given_name": "", "initials": "J.", "email": "jan@POST.example"})
    a_member(here, number="3", **person | {"given_name": "Piet"})
    a_member(here, number="4", **person, birth_date=date(2010, 3, 4))
    a_member(here, number="5", last_name="VRIES", given_name="jan", birth_date=date(1980, 1, 2))
    a_member(here, number="6", deleted_at=NOW, **person)
    a_member(an_association(), number="7", **person)
    assert found(here) == [
        ("1", "2", ("email", "iban")),
        ("2", "4", ("email", "iban")),
        ("1", "5", ("name",)),
    ]


def test_two_people_are_not_asked_about_again(here: Association) -> None:
    one, two = (a_member(here, given_name="Jo", email="jo@post.example") for _ in range(2))
    operations.not_double(two, one, by=None)
    operations.not_double(one, two, by=None)
    assert found(here) == []


def test_while_typing_only_whole_values_are_compared(here: Association) -> None:
    there = a_member(
        here, last_name="Vriës", given_name="Jan", email="a@post.example", iban=IBAN, birth_date=date(1980, 1, 2)
    )

    def said(**typed: str) -> list[tuple[Member, tuple[str, ...]]]:
        return [(each.member, each.why) for each in duplicates.alike(here, typed)]

    assert said(email="A@post") == said(email="", iban="", last_name="Vries") == said(birth_date="1980-1") == []
    assert said(email="A@POST.example") == [(there, ("email",))]
    assert said(iban="nl91 abna 0417 1643 00", email="a@post.example") == [(there, ("email", "iban"))]
    assert said(last_name="vries", given_name="Jan", birth_date="1980-01-02") == [(there, ("name",))]
    assert said(last_name="vries", given_name="Piet", birth_date="1980-01-02") == []


def test_what_the_survivor_lacks_comes_from_the_other_and_a_person_chooses_the_rest(here: Association) -> None:
    lid = a_status(here, "Lid")
    shirt, shoe, old, driver = (a_custom_field(here, archived=archived).key for archived in (False, False, True, False))
    ours = a_member(
        here, status=lid, last_name="Vries", email="new@post.example", memo="One",
        custom={shirt: "L", old: "ours", driver: False},
    )  # fmt: skip
    other = a_member(
        here, status=lid, last_name="Vriez", email="old@post.example", city="Harlingen", memo="Two",
        custom={shirt: "M", shoe: "41", old: "theirs", driver: True}, birth_date=date(1980, 1, 2),
    )  # fmt: skip
    assert [each.part for each in merging.choices(ours, other)] == ["last_name", "email", shirt, old, driver]
    merged = merge(ours, other, "email", shirt)
    assert (merged.last_name, merged.email, merged.city) == ("Vries", "old@post.example", "Harlingen")
    assert (merged.memo, merged.birth_date) == ("One\n\nTwo", date(1980, 1, 2))
    assert merged.custom == {shirt: "M", shoe: "41", old: "ours", driver: False}
    other.refresh_from_db()
    assert (other.merged_into, other.deleted_at) == (merged, NOW)
    assert other.number != merged.number


def test_the_history_of_both_is_told_and_says_who_merged(here: Association) -> None:
    lid, secretary = a_status(here, "Lid"), a_user(here)
    ours, other = a_member(here, status=lid), a_member(here, status=lid, city="Harlingen")
    operations.merge_members(ours, other, seen=(1, 1), by=secretary, now=NOW)
    told = history.history_of(ours)
    assert {each.subject_id for each in told if each.subject == "member"} == {ours.pk, other.pk}
    assert {each.by for each in told if each.cause == "merge"} == {secretary}


def test_status_of_a_day_is_the_survivors_and_before_that_the_others(here: Association) -> None:
    lid, oud = a_status(here, "Lid"), a_status(here, "Oud-lid")
    ours = a_member(here, status=lid, since=date(2020, 1, 1))
    other = a_member(here, status=oud, since=date(2015, 1, 1))
    Period.objects.create(association=here, member=other, status=oud, start=date(2023, 1, 1))
    merged = merge(ours, other)
    assert list(merged.periods.values_list("status__name", "start")) == [
        ("Oud-lid", date(2015, 1, 1)),
        ("Lid", date(2020, 1, 1)),
    ]
    assert merged.status == lid


def test_a_mandate_for_another_account_ends_and_one_beside_another_too(here: Association) -> None:
    books, more = a_financial_administration(here), a_financial_administration(here)
    ours, same, differs = a_member(here, iban=IBAN), a_member(here, iban=IBAN), a_member(here, iban=OTHER_IBAN)
    a_mandate(ours, books, reference="A")
    a_mandate(same, books, reference="B")
    a_mandate(same, more, reference="C")
    a_mandate(differs, a_financial_administration(here), reference="D")
    merge(ours, same)
    merge(ours, differs)
    live = dict(Mandate.objects.filter(member=ours).values_list("reference", "ended"))
    assert live == {"A": None, "B": TODAY, "C": None, "D": TODAY}


def test_children_of_the_other_are_paid_for_by_the_survivor(here: Association) -> None:
    ours, other = a_member(here), a_member(here)
    child, gone = a_member(here, payer_member=other), a_member(here, payer_member=other, deleted_at=NOW)
    a_member(here, payer_member=ours)
    merge(ours, other)
    for each in (child, gone):
        each.refresh_from_db()
        assert each.payer_member == ours


def test_a_payer_who_would_be_paid_for_is_refused_before_anything_is_written(here: Association) -> None:
    ours, other = a_member(here, payer_member=a_member(here)), a_member(here, city="Harlingen")
    a_member(here, payer_member=other)
    with pytest.raises(Refused) as refused:
        merge(ours, other)
    assert refused.value.faults[0].reason is Reason.PAYER_HAS_PAYER
    other.refresh_from_db()
    assert other.deleted_at is None


def test_who_paid_for_its_own_double_pays_for_itself(here: Association) -> None:
    ours = a_member(here, last_name="Vries")
    other = a_member(here, last_name="Vries", payer_member=ours)
    assert merging.choices(ours, other) == []
    assert merge(ours, other).payer_member is None
    again = a_member(here)
    Member.objects.filter(pk=ours.pk).update(payer_member=again)
    assert merge(ours, again).payer_member is None


def test_a_record_that_changed_since_it_was_shown_is_shown_again(here: Association) -> None:
    ours, other = a_member(here), a_member(here)
    Member.objects.filter(pk=other.pk).update(city="Harlingen")
    with pytest.raises(ChangedMeanwhile):
        operations.merge_members(ours, other, seen=(1, 1), by=None, now=NOW)


def test_merged_twice_over_the_first_ones_history_is_still_there(here: Association) -> None:
    first, second, third = (a_member(here) for _ in range(3))
    merge(second, first)
    merge(third, second)
    subjects = {each.subject_id for each in history.history_of(third) if each.subject == "member"}
    assert subjects == {first.pk, second.pk, third.pk}


STARTS = st.lists(st.integers(-4, 4), max_size=3, unique=True)
WORD = st.sampled_from(["", "one", "two"])
PERSON = st.fixed_dictionaries(
    dict.fromkeys(("given_name", "first_names", "nickname", "city", "account_holder", "memo"), WORD),
    optional={
        "custom": st.dictionaries(st.sampled_from(["c1", "c2"]), st.sampled_from(["one", "two", True, False])),
        "name_use": st.sampled_from(["", "first", "second", "reversed"]),
        "email": st.sampled_from(["", "a@post.example", "b@post.example"]),
        "iban": st.sampled_from(["", IBAN, OTHER_IBAN]),
    },
)
SIDE = st.tuples(PERSON, STARTS, st.sets(st.integers(0, 2)), st.sampled_from(["self", "details", "children"]))


@settings(max_examples=120, deadline=None)
@given(sides=st.tuples(SIDE, SIDE), theirs=st.sets(st.sampled_from([*sorted(merging.PARTS), "c1", "c2"])))
def test_a_merge_loses_nothing(sides: Any, theirs: set[str]) -> None:
    here = an_association()
    kinds, books = [a_status(here), a_status(here)], [a_financial_administration(here) for _ in range(3)]
    pair, children = [], []
    for values, starts, mandates, pays in sides:
        member = a_member(here, **values)
        for at, start in enumerate(starts):
            day = TODAY + timedelta(days=start)
            Period.objects.create(association=here, member=member, status=kinds[at % 2], start=day)
        for each in mandates:
            a_mandate(member, books[each])
        if pays == "details":
            details = PayerDetails.objects.create(association=here, last_name="Voogd")
            Member.objects.filter(pk=member.pk).update(payer_details=details)
        elif pays == "children":
            children.append(a_member(here, payer_member=member))
        calendar.settle([member], day=TODAY)
        member.refresh_from_db()
        pair.append(member)
    ours, other = pair
    days = [TODAY + timedelta(days=each) for each in range(-6, 7)]
    before = [{day: calendar.status_on(each.periods.all(), day) for day in days} for each in pair]
    references = set(Mandate.objects.of(here).values_list("reference", flat=True))
    theirs &= {*merging.parts(ours, other)}
    try:
        merged = merge(ours, other, *theirs)
    except Refused:  # one is paid for and the other pays for somebody
        assert children
        assert {row.deleted_at for row in Member.objects.of(here)} == {None}
        return
    for part, names in merging.PARTS.items():
        outcome = tuple(getattr(merged, name) for name in names)
        assert outcome in [tuple(getattr(each, name) for name in names) for each in pair]
        if part not in merging.NEVER_EMPTY and any(merging._filled(part, each) for each in pair):
            assert merging._filled(part, merged)
    for key in ("c1", "c2"):
        held = [each.custom[key] for each in pair if key in each.custom]
        assert merged.custom.get(key) in (held or [None])
        assert key not in theirs or not held or merged.custom[key] == held[-1]
    assert all(each.memo in merged.memo for each in pair)
    assert set(merged.mandates.values_list("reference", flat=True)) == references
    for day in days:
        expected = before[0][day] or before[1][day]
        now = calendar.status_on(merged.periods.all(), day)
        assert (now and now.status_id) == (expected and expected.status_id)
    today = calendar.status_on(merged.periods.all(), TODAY)
    assert merged.status_id == (today and today.status_id)
    for child in children:
        child.refresh_from_db()
        assert child.payer_member == merged
