"""What people type finds members: names, numbers, mail, phones and accounts in any spelling; filters that combine."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledenbrug.members import calendar, overview, paging, search
from ledenbrug.members.models import Association, Kind, Member
from ledenbrug.members.search import Wanted
from tests.members.factories import IBAN, NOW, TODAY, a_member, a_status, an_association

pytestmark = pytest.mark.django_db


def found(association: Association, text: str = "", **wanted: object) -> list[str]:
    chosen = search.find(association, Wanted(text=text, **wanted), today=TODAY)  # type: ignore[arg-type]
    return [member.last_name for member in paging.page(chosen, association=association).members]


@pytest.mark.parametrize(
    "text",
    [
        "jan de vr",
        "VRIES, Jan",
        "jörn",
        "Jorn",
        "1042",
        "@post.ex",
        "06-12 34 56 78",
        "0031612345678",
        "+31 6 12345678",
        "NL91 ABNA 0417 1643 00",
        "nl91abna0417",
        "2611 AB",
        "delft",
    ],
)
def test_people_find_somebody_the_way_they_type(text: str) -> None:
    association = an_association()
    a_member(
        association,
        number="1042",
        given_name="Jan Jörn",
        infix="de",
        last_name="Vries",
        email="jan@post.example",
        phone="+31612345678",
        iban=IBAN,
        postcode="2611 AB",
        city="Delft",
    )
    a_member(association, last_name="Somebody Else")
    a_member(an_association(), given_name="Jan", infix="de", last_name="Vries elsewhere", number="1042")
    assert found(association, text) == ["Vries"]


@pytest.mark.parametrize(
    ("name", "typed"), [("Ødegård", "odegard"), ("Groß", "gross"), ("\u2019t Hoen", "'t hoen"), ("100%", "0%")]
)
def test_accents_and_odd_letters_are_no_obstacle(name: str, typed: str) -> None:
    association = an_association()
    a_member(association, last_name=name)
    a_member(association, last_name="Other")
    assert found(association, typed) == [name]
    assert found(association, name.upper()) == [name]


def test_filters_combine() -> None:
    association = an_association()
    status, alumnus = a_status(association), a_status(association)
    a_member(association, status=status, last_name="A", city="Delft", email="a@post.example", since=date(2024, 1, 1))
    a_member(association, status=status, last_name="B", city="delft", since=date(2025, 1, 1))
    a_member(association, status=alumnus, last_name="C", city="Delft")
    a_member(association, status=status, last_name="D", city="Delft", deleted_at=NOW)
    chosen = frozenset({status.pk})
    assert found(association, statuses=chosen, city="Delft") == ["A", "B"]
    assert found(association, statuses=chosen, missing=frozenset({"email"})) == ["B"]
    assert found(association, statuses=chosen, since_from=date(2024, 6, 1)) == ["B"]
    assert found(association, statuses=chosen, since_until=date(2024, 6, 1)) == ["A"]
    assert found(association, missing=frozenset({"birth_date"}), text="c") == ["C"]


def test_what_many_have_is_known_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COMMON", 2)
    association = an_association()
    for last_name in ("Vos", "Vossen", "Bos"):
        a_member(association, last_name=last_name)
    a_member(an_association(), last_name="Bos")
    assert [search.common(association, text) for text in ("vos", "bos", "nobody", "")] == [True, False, False, True]


def test_only_the_status_of_today_counts_for_since_when() -> None:
    association, status_since = an_association(), date(2024, 1, 1)
    status = a_status(association)
    member = a_member(association, status=status, last_name="A", since=date(2020, 1, 1))
    for start in (status_since, date(2100, 1, 1)):
        member.periods.create(association=association, status=status, start=start)
    for last_name, deleted_at in (("B", None), ("C", NOW)):
        a_member(association, status=status, last_name=last_name, since=status_since, deleted_at=deleted_at)
    a_member(an_association(), last_name="D", since=status_since)
    a_member(association, last_name="No period yet")
    calendar.settle([member], day=TODAY)
    between = [
        (status_since, status_since),
        (date(2024, 1, 2), None),
        (None, date(2023, 12, 31)),
        (None, date(2100, 1, 2)),
    ]
    asked = [found(association, since_from=first, since_until=last) for first, last in between]
    assert asked == [["A", "B"], [], [], ["A", "B"]]


def test_fields_of_their_own_are_filters_too() -> None:
    association = an_association()
    a_member(association, last_name="Alt", custom={"c7": "Eerste alt", "c8": True})
    a_member(association, last_name="Bas", custom={"c7": "Bas", "c8": False})
    a_member(association, last_name="Geen")
    assert found(association, custom={"c8": True}) == ["Alt"]
    assert found(association, custom_parts={"c7": "ÁLT"}) == ["Alt"]
    assert found(association, missing=frozenset({"c7"})) == ["Geen"]


@pytest.mark.parametrize(
    ("kind", "held", "least", "most", "expected"),
    [
        (Kind.NUMBER, ["-5", "9", "10.5", "100", "veel", None], "9", "99.5", ["9", "10.5"]),
        (Kind.NUMBER, ["-5", "-0.5", "0"], "", "-0.5", ["-5", "-0.5"]),
        (Kind.NUMBER, ["9" * 40, "1." + "1" * 40, "1.000001"], "1", "", ["1.000001"]),
        (Kind.MONEY, ["999999999999999.99", "0.01"], "1.00", "", ["999999999999999.99"]),
        (Kind.MONEY, ["7.00"], "10.00", "5.00", []),
        (Kind.DATE, ["2026-01-31"], "2026-02-01", "2026-01-01", []),
        (Kind.DATE, ["2026-01-31", "2026-02-01", "1899-12-31", None], "2026-01-31", "2026-01-31", ["2026-01-31"]),
        (Kind.DATE, ["2026-01-31", "1899-12-31"], "", "2000-01-01", ["1899-12-31"]),
    ],
)
def test_days_and_numbers_are_found_from_and_up_to_and_including(
    kind: Kind, held: list[str | None], least: str, most: str, expected: list[str]
) -> None:
    association = an_association()
    for at, value in enumerate(held):
        a_member(association, last_name=f"{at}", custom={"c7": value} if value else {})
    names = found(association, custom_between=(search.Between("c7", kind, least, most),))
    assert [held[int(each)] for each in names] == expected


def test_a_page_after_somebody_of_another_association_is_the_first_page() -> None:
    association, other = an_association(), a_member(an_association(), last_name="Midden")
    for last_name in ("Aan", "Zee"):
        a_member(association, last_name=last_name)
    chosen = search.find(association, Wanted(), today=TODAY)
    shown = paging.page(chosen, association=association, after=other.pk)
    assert ([each.last_name for each in shown.members], shown.before) == (["Aan", "Zee"], None)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_a_list_asks_the_same_questions_for_any_number_of_members(count: int) -> None:
    association = an_association()
    status = a_status(association)
    for _ in range(count):
        a_member(association, status=status)
    with CaptureQueriesContext(connection) as asked:
        chosen = search.find(association, Wanted(text="inv"), today=TODAY)
        shown = paging.page(chosen, association=association, size=300)
        assert {each.status for each in shown.members} == {status}
        counted = list(overview.statuses(association))
    assert [(each, each.number) for each in counted] == [(status, count)]  # type: ignore[attr-defined]
    assert len(asked) == 4


def test_the_calendar_ahead_is_shown() -> None:
    association = an_association()
    status, alumnus = a_status(association), a_status(association, "Alumnus")
    member = a_member(association, status=status)
    day = date(2027, 1, 1)
    ahead = member.periods.create(association=association, status=alumnus, start=day)
    a_member(association, status=alumnus, since=day, deleted_at=NOW)
    (found,) = overview.coming(association, after=TODAY)
    assert (found, found.before) == (ahead, status.name)  # type: ignore[attr-defined]
    assert overview.coming_days(association, after=TODAY) == [overview.Day(day, "Alumnus", 1)]
    assert (list(overview.coming(association, after=day)), overview.coming_days(association, after=day)) == ([], [])


def test_who_died_is_out_of_every_bulk_action() -> None:
    association = an_association()
    living = a_member(association, status=a_status(association))
    a_member(association, status=a_status(association, deceased=True))
    a_member(association, status=a_status(association), deleted_at=NOW)
    assert list(Member.objects.filter(overview.contactable(association))) == [living]


def test_what_is_searched_follows_plain_sql() -> None:
    association = an_association()
    member = a_member(association, last_name="Eerst")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET last_name = 'Daarna' WHERE id = %s", [member.pk])
    assert found(association, "eerst") == []
    assert found(association, "daarna") == ["Daarna"]


def test_a_nickname_finds_the_member_also_after_it_changed(here: Association) -> None:
    member = a_member(here, given_name="Johannes", last_name="Vries", nickname="Bömmel")
    assert list(search.find(here, Wanted(text="bommel"), today=TODAY)) == [member]
    Member.objects.filter(pk=member.pk).update(nickname="Snorrie")
    assert list(search.find(here, Wanted(text="bommel"), today=TODAY)) == []
    assert list(search.find(here, Wanted(text="snor vries"), today=TODAY)) == [member]
