"""Invented associations, members and users for tests, made with plain saves: tests of rules call operations."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from ledenbrug.members.models import (
    Assignment,
    Association,
    CustomField,
    FinancialAdministration,
    Kind,
    Mandate,
    Member,
    MemberStatus,
    Period,
    Role,
    User,
)

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
TODAY = date(2026, 5, 1)
IBAN = "NL91ABNA0417164300"
OTHER_IBAN = "NL20INGB0001234567"
PASSWORD = "an invented password"
_counted = count(1)


def an_association(name: str = "", **fields: Any) -> Association:
    number = next(_counted)
    slug = fields.pop("slug", f"association-{number}")
    return Association.objects.create(name=name or f"Invented association {number}", slug=slug, **fields)


def a_status(association: Association, name: str = "", **fields: Any) -> MemberStatus:
    return MemberStatus.objects.create(association=association, name=name or f"Status {next(_counted)}", **fields)


def a_member(
    association: Association, *, status: MemberStatus | None = None, since: date = date(2020, 9, 1), **fields: Any
) -> Member:
    """With the given status since `since`; without one the member has no period."""
    number = next(_counted)
    member = Member.objects.create(
        association=association,
        number=fields.pop("number", f"{10000 + number}"),
        last_name=fields.pop("last_name", f"Invented{number}"),
        status=status,
        since=since if status else None,
        **fields,
    )
    if status is not None:
        Period.objects.create(association=association, member=member, status=status, start=since)
    member.refresh_from_db()
    return member


def a_user(association: Association | None = None, role: str = Role.ADMIN, **fields: Any) -> User:
    email = fields.pop("email", f"user{next(_counted)}@users.example")
    user = User.objects.create_user(email, fields.pop("password", PASSWORD), **fields)
    if association is not None:
        Assignment.objects.create(association=association, user=user, role=role)
    return user


def a_financial_administration(association: Association, name: str = "") -> FinancialAdministration:
    return FinancialAdministration.objects.create(association=association, name=name or f"Books {next(_counted)}")


def a_mandate(
    member: Member,
    administration: FinancialAdministration | None = None,
    *,
    signed: date = date(2021, 1, 1),
    **fields: Any,
) -> Mandate:
    return Mandate.objects.create(
        association=member.association,
        member=member,
        financial_administration=administration or a_financial_administration(member.association),
        reference=fields.pop("reference", f"MANDATE-{next(_counted)}"),
        signed=signed,
        **fields,
    )


def a_custom_field(association: Association, name: str = "", kind: str = Kind.TEXT, **fields: Any) -> CustomField:
    return CustomField.objects.create(
        association=association, name=name or f"Field {next(_counted)}", kind=kind, **fields
    )  # fmt: skip
