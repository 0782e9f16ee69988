"""An association that asks its members to fill in a field, with the one who asks and one who is asked."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from ledenbrug.members import filling, letters, operations
from ledenbrug.members.models import Association, CustomField, FillRequest, FillRound, Kind, Member, User
from tests.members.factories import NOW, TODAY, a_custom_field, a_member, a_status, a_user

LINK = re.compile(r"/fill-in/(\S+)")


@pytest.fixture
def shirt(here: Association) -> CustomField:
    return a_custom_field(here, "Shirt", Kind.CHOICE, choices=["S", "M", "L"], by_members=True)


@pytest.fixture
def secretary(here: Association) -> User:
    return a_user(here, email="secretaris@koor.example")


@pytest.fixture
def anna(here: Association, shirt: CustomField) -> Member:
    return a_member(here, status=a_status(here, "Lid"), given_name="Anna", last_name="Geheim", birth_date="1990-04-03",
                    email="anna@leden.example", invoice_email="ouders@leden.example", city="Adorp",
                    custom={shirt.key: "M"})  # fmt: skip


def members(here: Association, *names: str) -> list[Member]:
    return [a_member(here, given_name=each.title(), email=f"{each}@leden.example") for each in names]


def everybody(here: Association) -> Any:
    return Member.objects.of(here).filter(deleted_at=None)


def ask(
    here: Association,
    by: User | None = None,
    *,
    language: str = "en",
    why: str = "",
    seen: int = 1,
    found: Any = None,
    days: int = 0,
) -> FillRound:
    """Everybody, or whom one names, also whoever was asked before."""
    found, now = everybody(here) if found is None else found, NOW + timedelta(days=days)
    again = operations.foresee_asking(here, found, now=now).again
    return operations.ask_to_fill_in(
        here, found, why=why, language=language, seen=seen, again=again, by=by, now=now
    )  # fmt: skip


def mailed(*, days: int = 0) -> list[str]:
    """The secrets that went out, in their order."""
    letters.send(clock=lambda: NOW + timedelta(days=days))
    return [found[1] for each in mail.outbox if (found := LINK.search(each.body))]


def opens(token: str, *, days: int = 0) -> bool:
    return filling.opened(filling.digest_of(token), now=NOW + timedelta(days=days)) is not None


def the_request(token: str) -> FillRequest:
    found = filling.opened(filling.digest_of(token), now=NOW)
    assert found is not None
    return found


def answer(token: str, field: CustomField, value: str = "M") -> None:
    asked = the_request(token)
    operations.fill_in(asked, seen_version=asked.member.version, values={field.key: value}, now=NOW)


def states(here: Association, *, days: int = 0) -> dict[str, str]:
    rows = filling.told(here, today=TODAY + timedelta(days=days)).select_related("member")
    return {each.member.email: each.state for each in rows}
