"""What doubles are told by, and what members are found by, stands beside each member that is there, whoever writes."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import operations
from ledenbrug.members.models import Association, Likeness, Member, SearchText
from ledenbrug.members.models.text import SEARCHED
from ledenbrug.members.refusals import Refused
from tests.members.factories import IBAN, NOW, OTHER_IBAN, a_member, an_association

pytestmark = pytest.mark.django_db
Row = tuple[int | str | date | None, ...]
Doing = Callable[[Association, Member, Member, dict[str, object]], None]
VALUES = st.fixed_dictionaries(
    {"last_name": st.sampled_from(["Vriës", "de VRIES", "Bos"])},
    optional={
        "email": st.sampled_from(["", "Jan@Post.example", "jan@post.example"]),
        "iban": st.sampled_from(["", IBAN, OTHER_IBAN]),
        "given_name": st.sampled_from(["", "Zoë", "zoe"]),
        "initials": st.sampled_from(["", "É.", "e"]),
        "birth_date": st.sampled_from([None, date(1990, 2, 3), date(900, 1, 1)]),
        "city": st.sampled_from(["Delft", "Gouda"]),
    },
)


def folded(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))


def wanted(each: Member) -> Row:
    born = each.birth_date
    name = f"{folded(each.last_name)} {born.isoformat()}" if born else ""
    given = folded(each.given_name)
    letter = folded(each.given_name or each.initials)[:1]
    return (each.pk, each.association_id, each.email.lower(), each.iban, name, given, letter, born)


def kept() -> set[Row]:
    fields = ("member_id", "association_id", "email", "iban", "name", "given", "letter", "birth_date")
    return set(Likeness.objects.values_list(*fields))


def found_by(each: Member) -> Row:
    words = " ".join(getattr(each, name) for name in (*SEARCHED, "nickname"))
    return (each.pk, each.association_id, each.sort_key, folded(words))


def texts() -> set[Row]:
    return set(SearchText.objects.values_list("member_id", "association_id", "sort_key", "text"))


def edit(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    Member.objects.filter(pk=one.pk).update(**values)


def plain_sql(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    """Several rows in one statement, of which not all change."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET last_name = %s, email = upper(email) WHERE association_id = %s",
                       [values["last_name"], here.pk])  # fmt: skip


def delete(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    operations.delete_member(one, by=None, now=NOW)


def restore(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    operations.restore_member(one, by=None, now=NOW)


def erase(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    operations.erase_member(one, by=None, now=NOW)


def merge(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    operations.merge_members(one, other, seen=(one.version, other.version), by=None, now=NOW)


def bulk_delete(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    chosen = Member.objects.of(here).filter(pk__in=[one.pk, other.pk], deleted_at=None)
    change = operations.delete_all(here, chosen, seen=chosen.count(), by=None, now=NOW)
    assert kept() == {wanted(each) for each in Member.objects.filter(deleted_at=None)}
    operations.undo(change, by=None, now=NOW)


def sql_delete(here: Association, one: Member, other: Member, values: dict[str, object]) -> None:
    """The database keeps whom somebody was merged into."""
    if Member.objects.filter(merged_into=one).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_searchtext WHERE member_id = %s", [one.pk])
        cursor.execute("DELETE FROM members_member WHERE id = %s", [one.pk])


DOINGS: tuple[Doing, ...] = (edit, plain_sql, delete, restore, erase, merge, bulk_delete, sql_delete)


@settings(max_examples=60, deadline=None)
@given(
    people=st.lists(VALUES, min_size=2, max_size=4),
    doings=st.lists(
        st.tuples(st.sampled_from(DOINGS), st.integers(0, 3), st.integers(1, 3), VALUES), min_size=1, max_size=8
    ),
)
def test_it_follows_the_record(
    people: list[dict[str, object]], doings: list[tuple[Doing, int, int, dict[str, object]]]
) -> None:
    here = an_association()
    a_member(an_association(), last_name="Elders", email="jan@post.example")
    for values in people:
        a_member(here, **values)  # type: ignore[arg-type]
    for doing, first, step, values in doings:
        rows = list(Member.objects.of(here).order_by("id"))
        if len(rows) < 2:
            break
        one, other = rows[first % len(rows)], rows[(first + step) % len(rows)]
        if one == other:
            continue
        with suppress(Refused):
            doing(here, one, other, values)
        there = Member.objects.filter(deleted_at=None)
        assert kept() == {wanted(each) for each in there}, doing
        assert texts() == {found_by(each) for each in there}, doing
