"""Forgets a person who was erased from the membership records, and says beforehand what stays at a package.

It makes no call: a contact there belongs to the bookkeeping, where invoices must be kept for years.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledenbrug.members.models import Association
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.sync import look, packages
from ledenbrug.sync.models import (
    Approval,
    Connection,
    Drift,
    Journal,
    Link,
    Outcome,
    Problem,
    Reading,
    StoredPreview,
    Touched,
)


@dataclass(frozen=True, slots=True)
class Stays:
    package: str
    administration: str
    page: str
    """Of the contact there; empty where no connection leads to it any more."""


def forget(association_id: int, payers: Sequence[str]) -> None:
    """Of the journal stay who, when, which fields and how it ended."""
    steps = Journal.objects.of(association_id).filter(payer__in=payers)
    if steps.filter(outcome=Outcome.NOTED).exists():  # its answer is still to come, with the contact's id
        raise Refused.because(Reason.UNDER_WAY)
    steps.update(before="", after="", number="", contact="")
    Drift.objects.of(association_id).filter(link__payer__in=payers).delete()
    Link.objects.of(association_id).filter(payer__in=payers).delete()
    Problem.objects.of(association_id).filter(payer__in=payers).delete()
    Approval.objects.of(association_id).filter(payer__in=payers).delete()
    Touched.objects.filter(connection__association=association_id, payer__in=payers).delete()
    # sealed as a whole, kept for a day at most, and made anew when asked for
    Reading.objects.of(association_id).delete()
    StoredPreview.objects.of(association_id).delete()


def stays(association: Association, payers: Sequence[str]) -> list[Stays]:
    found = []
    for link in Link.objects.of(association).filter(payer__in=payers).exclude(contact=None).order_by("id"):
        connection = (
            Connection.objects.of(association)
            .filter(package=link.package, administration=link.administration)
            .select_related("grant")
            .order_by("-id")
            .first()
        )
        name = connection.administration_name if connection else link.administration
        page = look.page(connection, link.contact) if connection and connection.removed_at is None else ""
        found.append(Stays(packages.get(link.package).label, name, page))
    return found
