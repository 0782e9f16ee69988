"""Who may say yes to another bank account on a contact: not who wrote it, where the association has somebody else.

It holds nothing and opens nothing; `settle` asks it before a yes.
"""

from collections.abc import Collection, Mapping, Sequence

from ledenbrug.core.records import PayerKey
from ledenbrug.members import authors
from ledenbrug.members.models import Assignment, Role, User
from ledenbrug.sync.models import Connection, Problem
from ledenbrug.sync.problems import ABOUT_ACCOUNTS

MAY_APPROVE = (Role.TREASURER, Role.ADMIN)


def others(
    connection: Connection, payers: Collection[PayerKey], user: User | None
) -> Mapping[PayerKey, Sequence[User]]:
    """The payers whose account `user` had a hand in, each with who may say yes instead. Whom nobody else can help may
    do it alone."""
    wrote = authors.of_accounts(connection.association_id, payers) if user and payers else {}
    mine = {payer: by for payer, by in wrote.items() if user and user.pk in by}
    if not mine:
        return {}
    rows = Assignment.objects.of(connection.association_id).filter(role__in=MAY_APPROVE, user__is_active=True)
    approvers = [each.user for each in rows.select_related("user").order_by("user__name", "user")]
    found = {PayerKey(payer): [each for each in approvers if each.pk not in by] for payer, by in mine.items()}
    return {payer: them for payer, them in found.items() if them}


def barred(connection: Connection, problems: Collection[Problem], user: User | None) -> Mapping[int, Sequence[User]]:
    """Of these questions those that somebody else must answer."""
    asked = [each for each in problems if each.reason in ABOUT_ACCOUNTS]
    found = others(connection, {PayerKey(each.payer) for each in asked}, user)
    return {each.id: found[PayerKey(each.payer)] for each in asked if each.payer in found}
