"""Fields that an association adds to its members."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import custom, history, operations
from ledenbrug.members.models import Association, CustomField, ImportProposal, Kind, MemberEvent
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, FieldChange, Reason, Refused
from ledenbrug.members.validation import Unfit
from tests.members.changing import BY, change, refused
from tests.members.factories import NOW, TODAY, a_custom_field, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db
CITIZEN_NUMBERS = ("111222333", "123456782", "100000010")


def a_field(kind: str = Kind.TEXT, **fields: Any) -> CustomField:
    return CustomField(pk=1, name="Field", kind=kind, **fields)


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        (Kind.TEXT, "  =1+1 ", "=1+1"),
        (Kind.TEXT, "\u05d0\u05d1\u05e8\u05d4\u05dd", "\u05d0\u05d1\u05e8\u05d4\u05dd"),
        (Kind.TEXT, "x" * 500, "x" * 500),
        (Kind.TEXT, "\u00a0 ", None),
        (Kind.LONG, "one\r\ntwo\rthree", "one\ntwo\nthree"),
        (Kind.NUMBER, "1.234,5600", "1234.56"),
        (Kind.NUMBER, "1,234.56", "1234.56"),
        (Kind.NUMBER, "1.234", "1234"),
        (Kind.NUMBER, "1,234", "1.234"),
        (Kind.NUMBER, "12.5", "12.5"),
        (Kind.NUMBER, "0.125", "0.125"),
        (Kind.NUMBER, "-007", "-7"),
        (Kind.NUMBER, "-0,0", "0"),
        (Kind.NUMBER, "100", "100"),
        (Kind.NUMBER, "\u22125", "-5"),
        (Kind.MONEY, "\u20ac 1.234,5", "1234.50"),
        (Kind.MONEY, "25,-", "25.00"),
        (Kind.MONEY, "\u20ac25,\u2013", "25.00"),
        (Kind.MONEY, "-\u20ac 3", "-3.00"),
        (Kind.MONEY, "12,50 EUR", "12.50"),
        (Kind.DATE, "31-12-2026", "2026-12-31"),
        (Kind.DATE, "2026-12-31", "2026-12-31"),
        (Kind.DATE, "3 mei 1990", "1990-05-03"),
        (Kind.DATE, date(1850, 1, 2), "1850-01-02"),
        (Kind.YES_NO, "Ja", True),
        (Kind.YES_NO, False, False),
        (Kind.YES_NO, " ", None),
        (Kind.CHOICE, "tenor", "Tenor"),
    ],
)
def test_what_people_write_is_kept_in_one_spelling(kind: str, written: object, kept: object) -> None:
    assert custom.cleaned_value(a_field(kind, choices=["Bas", "Tenor"]), written) == kept


@pytest.mark.parametrize(
    ("kind", "written", "reason"),
    [
        (Kind.TEXT, "a\x00b", Reason.CONTROL_CHARACTER),
        (Kind.TEXT, "x" * 501, Reason.TOO_LONG),
        (Kind.TEXT, "BSN 111222333", Reason.CITIZEN_NUMBER),
        (Kind.LONG, "Moeder belde.\nbsn: 111.222.333", Reason.CITIZEN_NUMBER),
        (Kind.NUMBER, "twaalf", Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "1.23.456", Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "1e9", Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "NaN", Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "\u0661\u0662", Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "9" * 16, Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "9" * 9000, Reason.NOT_A_NUMBER),
        (Kind.NUMBER, "0,1234567", Reason.NOT_A_NUMBER),
        (Kind.MONEY, "1,234", Reason.NOT_AN_AMOUNT),
        (Kind.MONEY, "twaalf", Reason.NOT_AN_AMOUNT),
        (Kind.MONEY, "\u20ac", Reason.NOT_AN_AMOUNT),
        (Kind.DATE, "3/4/26", Reason.AMBIGUOUS_DATE),
        (Kind.DATE, "31-02-2026", Reason.NOT_A_DATE),
        (Kind.YES_NO, "misschien", Reason.NOT_A_CHOICE),
        (Kind.CHOICE, "Alt", Reason.NOT_A_CHOICE),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(kind: str, written: object, reason: Reason) -> None:
    with pytest.raises(Unfit) as unfit:
        custom.cleaned_value(a_field(kind, choices=["Bas", "Tenor"]), written)
    assert unfit.value.reason is reason


NUMBERS = st.decimals(-(10**14), 10**14, allow_nan=False, places=6) | st.integers(-(10**14), 10**14)


@given(kind=st.sampled_from([Kind.NUMBER, Kind.MONEY]), number=NUMBERS, written=st.booleans())
def test_a_number_is_typed_as_it_was_kept(kind: Kind, number: Any, written: bool) -> None:
    field = a_field(kind)
    kept = custom.cleaned_value(field, f"{number:.2f}".replace(".", ","))
    assert custom.cleaned_value(field, custom.typed(field, kept)) == kept


@given(written=st.text(max_size=30), kind=st.sampled_from(list(Kind)))
def test_whatever_is_typed_is_refused_or_kept_for_good(written: str, kind: Kind) -> None:
    field = a_field(kind, choices=["Bas", "Tenor"])
    try:
        kept = custom.cleaned_value(field, written)
    except Unfit:
        return
    assert custom.cleaned_value(field, kept) == kept
    assert custom.cleaned_value(field, custom.typed(field, kept)) == kept


def test_a_member_is_added_and_changed_with_fields_of_the_association(here: Association) -> None:
    shirt, paid = a_custom_field(here, "Shirt"), a_custom_field(here, "Betaald", Kind.MONEY)
    values = {"last_name": "Invented", shirt.key: " L ", paid.key: "12,5"}
    member = operations.add_member(
        association=here, values=values, status=a_status(here), start=TODAY, by=None, now=NOW
    )  # fmt: skip
    assert member.custom == {shirt.key: "L", paid.key: "12.50"}
    assert change(member, **{shirt.key: ""}).custom == {paid.key: "12.50"}


def test_a_change_of_one_field_leaves_the_others_alone(here: Association) -> None:
    shirt = a_custom_field(here)
    member = a_member(here, custom={shirt.key: "L", "c99999999": "of long ago"})
    assert change(member, **{shirt.key: "M"}).custom == {shirt.key: "M", "c99999999": "of long ago"}
    assert change(member, city="Delft").custom == {shirt.key: "M", "c99999999": "of long ago"}


def test_a_field_of_another_association_or_one_out_of_use_does_not_exist(here: Association) -> None:
    theirs, old = a_custom_field(an_association()), a_custom_field(here, archived=True)
    member = a_member(here)
    for field in (theirs, old):
        assert refused(change, member, **{field.key: "x"}) == [(field.key, Reason.UNKNOWN_FIELD)]
    member.refresh_from_db()
    assert member.custom == {}


def test_a_required_field_is_not_emptied(here: Association) -> None:
    field = a_custom_field(here, required=True)
    member = a_member(here, custom={field.key: "L"})
    assert refused(change, member, **{field.key: ""}) == [(field.key, Reason.REQUIRED)]


@pytest.mark.django_db(transaction=True)
def test_history_tells_each_field_apart_who_when_before_and_after(here: Association) -> None:
    shirt, driver = a_custom_field(here), a_custom_field(here, kind=Kind.YES_NO)
    member, secretary = a_member(here, custom={shirt.key: "L"}), a_user(here)
    operations.change_member(
        member, seen_version=member.version, values={shirt.key: "M", driver.key: "nee"}, by=secretary, now=NOW
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET custom = custom - %s", [shirt.key])
    plain, edited, added = history.history_of(member)
    assert (edited.by, edited.changes) == (
        secretary,
        (FieldChange(shirt.key, "L", "M"), FieldChange(driver.key, None, False)),
    )
    assert (plain.by, plain.cause, plain.changes) == (None, "", (FieldChange(shirt.key, "M", None),))
    assert FieldChange(shirt.key, None, "L") in added.changes


def test_two_people_editing_one_member_see_which_field_the_other_changed(here: Association) -> None:
    field = a_custom_field(here)
    member = a_member(here)
    seen = member.version
    change(member, **{field.key: "M"})
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        operations.change_member(member, seen_version=seen, values={field.key: "L"}, by=None, now=NOW)
    assert meanwhile.value.changes == (FieldChange(field.key, None, "M"),)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", Reason.REQUIRED),
        ("a\x00b", Reason.CONTROL_CHARACTER),
        ("x" * 101, Reason.TOO_LONG),
        ("  ACHTERNAAM ", Reason.NAME_OF_EVERY_MEMBER),
        ("Date  of birth", Reason.NAME_OF_EVERY_MEMBER),
        ("shirt\u00a0MAAT", Reason.NAME_TAKEN),
    ],
)
def test_a_name_that_cannot_be_told_from_another_is_refused(here: Association, name: str, reason: Reason) -> None:
    a_custom_field(here, "Shirt maat", archived=True)
    assert refused(operations.add_custom_field, association=here, name=name, kind=Kind.TEXT, **BY) == [("name", reason)]


def test_odd_names_are_taken_exactly(here: Association) -> None:
    names = ["\u05d0\u05d1\u05e8\u05d4\u05dd", "=1+1", "x" * 100, "\U0001f388", "a;b"]
    for name in names:
        operations.add_custom_field(association=here, name=name, kind=Kind.TEXT, **BY)
    assert [each.name for each in CustomField.objects.of(here)] == names


def test_a_choice_that_somebody_has_stays_on_the_list(here: Association) -> None:
    field = operations.add_custom_field(
        association=here, name="Stem", kind=Kind.CHOICE, choices=["Bas", "", " Tenor "], **BY
    )  # fmt: skip
    assert field.choices == ["Bas", "Tenor"]
    a_member(here, custom={field.key: "Bas"})
    with pytest.raises(Refused) as caught:
        operations.change_custom_field(field, choices=["Alt"], **BY)
    assert caught.value.faults == (Fault(Reason.CHOICE_IN_USE, "choices", {"choice": "Bas", "count": "1"}),)
    assert operations.change_custom_field(field, choices=["Alt", "Bas"], **BY).choices == ["Alt", "Bas"]


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ([], Reason.REQUIRED),
        (["Bas", "bas"], Reason.NAME_TAKEN),
        ([str(each) for each in range(201)], Reason.TOO_MANY),
        (["Bas", "BSN"], Reason.CITIZEN_NUMBER),
        (list(CITIZEN_NUMBERS), Reason.CITIZEN_NUMBER),
    ],
)
def test_a_list_of_choices_that_cannot_be_is_refused(here: Association, choices: list[str], reason: Reason) -> None:
    add = {"association": here, "name": "Stem", "kind": Kind.CHOICE, "choices": choices}
    assert refused(operations.add_custom_field, **add, **BY) == [("choices", reason)]


def test_a_field_is_archived_with_what_it_holds_and_comes_back_with_it(here: Association) -> None:
    field = a_custom_field(here)
    member = a_member(here, custom={field.key: "L"})
    operations.change_custom_field(field, archived=True, **BY)
    assert custom.fields_of(here) == {}
    assert change(member, city="Delft").custom == {field.key: "L"}
    operations.change_custom_field(field, archived=False, **BY)
    assert custom.fields_of(here) == {field.key: field}


def test_a_removed_field_takes_along_all_it_held_also_in_history(here: Association) -> None:
    field, other = a_custom_field(here, "Allergie", archived=True), a_custom_field(here)
    status = a_status(here, fields={field.key: "required", "city": "hidden"})
    member = a_member(here, custom={field.key: "Pinda", other.key: "blijft"}, status=status)
    a_member(here, custom={field.key: "Selderij"}, deleted_at=NOW)
    waiting = ImportProposal.objects.create(association=here, fields=[field.key], created_at=NOW, expires_at=NOW)
    assert operations.remove_custom_field(field, **BY) == 2
    member.refresh_from_db()
    status.refresh_from_db()
    assert (member.custom, status.fields) == ({other.key: "blijft"}, {"city": "hidden"})
    assert not MemberEvent.objects.filter(custom__has_key=field.key).exists()
    assert not ImportProposal.objects.filter(pk=waiting.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" r WHERE row_to_json(r)::text ~ %s', ["Pinda|Selderij"])
            assert cursor.fetchone() == (0,), table


def test_a_field_in_use_is_not_removed_by_accident(here: Association) -> None:
    assert refused(operations.remove_custom_field, a_custom_field(here), **BY) == [("", Reason.NOT_ARCHIVED)]


@settings(deadline=None, max_examples=30)
@given(kept=st.dictionaries(st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["a", True, False])),
       values=st.dictionaries(st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["b", False, None])))  # fmt: skip
def test_what_is_written_over_a_record_holds_no_empty_values(kept: Any, values: Any) -> None:
    outcome = custom.put(kept, values)
    assert None not in outcome.values()
    assert {name: outcome.get(name) for name in values} == values
    assert {name: outcome[name] for name in kept if name not in values} == {
        name: value for name, value in kept.items() if name not in values
    }
