"""Contacts at the package that look like one and the same: shown so that somebody may merge them there.

Only their ids are kept; what stands in them is read when somebody looks. It changes nothing at the package.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from ledenbrug.core.errors import Trouble
from ledenbrug.core.port import Remote
from ledenbrug.core.records import ContactId, Field, PayerKey
from ledenbrug.sync import lines, links, look, people
from ledenbrug.sync.models import Connection
from ledenbrug.sync.refusals import Refused

Group = Sequence[str]


@dataclass(frozen=True, slots=True)
class Contact:
    page: str
    payer: str
    """Whose it is, if it is a member's."""
    member_id: int | None


@dataclass(frozen=True, slots=True)
class Double:
    ids: Group
    contacts: Sequence[Contact]
    lines: Sequence[tuple[str, Sequence[str]]]
    """Field, and what each of them says."""


def keep(connection: Connection, groups: Sequence[Sequence[ContactId]]) -> None:
    connection.doubles = [list(each) for each in groups]
    Connection.objects.filter(id=connection.id).update(doubles=connection.doubles)


def of(connection: Connection, groups: Sequence[Group], *, clock: lines.Clock) -> list[Double]:
    """Those of which more than one is still there. One bulk read. Raises `Refused` when it cannot be read now."""
    ids = [ContactId(each) for group in groups for each in group]
    try:
        with lines.books(connection, urgent=lambda: True, clock=clock) as books:
            there = {each.contact_id: each for each in books.read(ids) if not each.archived} if ids else {}
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    linked = dict(links.of_place(connection).filter(contact__in=ids).values_list("contact", "payer"))
    named = people.of(connection.association_id, [PayerKey(each) for each in linked.values()])
    whose = {contact: named.get(PayerKey(payer), people.UNKNOWN) for contact, payer in linked.items()}
    left = [(group, [there[ContactId(each)] for each in group if ContactId(each) in there]) for group in groups]
    return [
        Double(
            group,
            [
                Contact(look.page(connection, each.contact_id), person.title, person.member)
                for each in found
                for person in (whose.get(each.contact_id, people.UNKNOWN),)
            ],
            _lines(found),
        )
        for group, found in left
        if len(found) > 1
    ]


def seen(connection: Connection, group: Group) -> None:
    """Somebody looked and wants to hear no more of these."""
    with transaction.atomic():
        held = Connection.objects.select_for_update().get(id=connection.id)
        held.doubles = [each for each in held.doubles if each != list(group)]
        held.save(update_fields=["doubles"])


def _lines(found: Sequence[Remote]) -> list[tuple[str, list[str]]]:
    told = [(field.value, [each.values.get(field, "") for each in found]) for field in Field]
    return [(field, values) for field, values in told if any(values)]
