"""Says what went to bookkeeping packages about a person, for who asks what is held of them. It only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledenbrug.core.records import FIELDS, Group
from ledenbrug.members.models import Association
from ledenbrug.sync import packages
from ledenbrug.sync.models import Connection, Journal, Link, Outcome


@dataclass(frozen=True, slots=True)
class Held:
    """A contact at a package that stands for this person."""

    package: str
    administration: str
    contact: str
    number: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that was written there."""

    package: str
    administration: str
    at: datetime
    groups: Sequence[Group]


def held(association: Association, payers: Sequence[str]) -> list[Held]:
    links = Link.objects.of(association).filter(payer__in=payers).exclude(contact=None).order_by("id")
    rows = Connection.objects.of(association).order_by("id")
    names = {(each.package, each.administration): each.administration_name for each in rows}
    return [
        Held(
            packages.get(each.package).label,
            names.get((each.package, each.administration), each.administration),
            each.contact or "",
            each.number,
            each.sent_at,
        )
        for each in links
    ]


def sent(association: Association, payers: Sequence[str]) -> list[Sent]:
    """The newest first."""
    steps = Journal.objects.of(association).filter(payer__in=payers, outcome=Outcome.DONE).select_related("connection")
    return [
        Sent(
            packages.get(each.connection.package).label,
            each.connection.administration_name,
            each.closed_at or each.noted_at,
            [group for group, fields in FIELDS.items() if any(name in each.fields for name in fields)],
        )
        for each in steps.order_by("-id")
    ]
