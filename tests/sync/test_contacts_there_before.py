"""Contacts that stood there before: adopted, asked about, made beside, and found again by a later connection."""

import pytest

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field
from ledenbrug.sync import operations, preview, settle
from ledenbrug.sync.models import Connection, Drift, Grant, GrantState, Link, Reading
from ledenbrug.wire import sealing
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage, enable, problem

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "infix": "de", "last_name": "Vries", "email": "anna@brug.example"}


def test_a_contact_with_the_same_number_and_name_is_adopted_and_only_filled(off: Stage) -> None:
    a_member(off.association, status=off.status, city="Adorp", **ANNA)
    there = off.world.add(
        {Field.CUSTOMER_NUMBER: "LID-1042", Field.LAST_NAME: "Vries", Field.EMAIL: "oud@brug.example"}
    )
    enable(off)
    assert off.contacts() == [
        {
            "last_name": "Vries",
            "city": "Adorp",
            "country": "NL",
            "email": "oud@brug.example",
            "customer_number": "LID-1042",
        }
    ]
    assert Link.objects.get().contact == there
    assert {each.group for each in Drift.objects.all()} >= {"email"}


def test_a_contact_that_only_looks_like_the_member_is_asked_about_and_nothing_is_made(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    there = off.world.add({Field.FIRST_NAME: "A.", Field.LAST_NAME: "Vries", Field.EMAIL: "anna@brug.example"})
    enable(off)
    assert len(off.contacts()) == 1
    assert (problem(off).reason, problem(off).contact) == (Reason.LOOKS_LIKE, there)

    settle.settle(problem(off), action="same", user=a_user(off.association), now=off.now)
    off.turn()
    assert Link.objects.get().contact == there
    assert len(off.contacts()) == 1


def test_when_it_is_somebody_else_a_contact_is_made(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    off.world.add({Field.FIRST_NAME: "A.", Field.LAST_NAME: "Vries", Field.EMAIL: "anna@brug.example"})
    enable(off)
    settle.settle(problem(off), action="make_again", user=a_user(off.association), now=off.now)
    off.turn()
    assert len(off.contacts()) == 2


def test_nothing_of_contacts_that_were_not_linked_is_kept_after_the_comparison(off: Stage) -> None:
    off.world.add({Field.LAST_NAME: "Vreemdeling", Field.EMAIL: "vreemd@elders.example"})
    preview.make(off.connection, now=off.now)
    enable(off)
    assert not Reading.objects.exists()
    assert not Link.objects.exists()


def test_links_survive_removal_so_that_a_later_connection_makes_nothing_twice(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    enable(off)
    user = a_user(off.association)
    operations.remove(off.connection, user=user, now=off.now)
    assert Connection.objects.filter(removed_at=None).count() == 0
    old = off.connection
    again = Connection.objects.create(
        association=off.association,
        package="memory",
        grant=Grant.objects.create(
            association=off.association,
            package="memory",
            url="memory:",
            personal=True,
            tokens=sealing.seal('{"access": "t", "refresh": "", "expires": "", "scope": ""}'),
            state=GrantState.GIVEN,
            created_at=off.now,
        ),
        administration=old.administration,
        administration_name=old.administration_name,
        financial_administration=old.financial_administration,
        groups=old.groups,
        created_at=off.now,
    )
    again.statuses.add(off.status, through_defaults={"association": off.association})
    off.connection = again
    enable(off)
    assert len(off.contacts()) == 1


def test_a_likely_contact_that_is_confirmed_is_filled_where_it_is_empty_and_differences_are_listed(off: Stage) -> None:
    a_member(off.association, status=off.status, city="Adorp", **ANNA)
    off.world.add({Field.LAST_NAME: "Vriesema", Field.EMAIL: "anna@brug.example"})
    enable(off)
    settle.settle(problem(off), action="same", user=a_user(off.association), now=off.now)
    off.turn()
    assert [(each["last_name"], each["city"], each["email"]) for each in off.contacts()] == [
        ("Vriesema", "Adorp", "anna@brug.example")
    ]
    assert [each.group for each in Drift.objects.filter(verdict="")] == ["name"]
