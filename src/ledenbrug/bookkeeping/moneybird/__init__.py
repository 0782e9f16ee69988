"""Moneybird: everything a screen or the engine must know of it before speaking to it, as data.

The parts that speak are imported on first use, so that a list of packages and the sandbox cost nothing.
"""

from collections.abc import Mapping, Sequence

from ledenbrug.core.hooks import Hooks
from ledenbrug.core.line import Answer, Limit, Line, OAuth, Scope
from ledenbrug.core.port import Administration, Books, Choice, Package
from ledenbrug.core.records import Field, Group

MEMBER_NUMBER = "member_number_field"
STATUS = "status_field"

TOO_LONG = {
    **dict.fromkeys(Field, 255),
    # what the banks allow
    Field.IBAN: 34,
    Field.BIC: 11,
    Field.ACCOUNT_HOLDER: 70,
    Field.MANDATE_REFERENCE: 35,
}


def _administrations(line: Line) -> Sequence[Administration]:
    from ledenbrug.bookkeeping.moneybird import client

    return client.administrations(line)


def _books(line: Line, administration: str, choices: Mapping[str, str], groups: frozenset[Group]) -> Books:
    from ledenbrug.bookkeeping.moneybird import client

    return client.MoneybirdBooks(line, administration, choices)


def _choices(line: Line, administration: str, key: str) -> Sequence[tuple[str, str]]:
    from ledenbrug.bookkeeping.moneybird import client

    return client.custom_fields(line, administration)


def _hooks() -> Hooks:
    from ledenbrug.bookkeeping.moneybird import hooks

    return hooks.HOOKS


def _is_login_problem(answer: Answer) -> bool:
    return b"No access to" not in answer.body  # that is a missing scope


PACKAGE = Package(
    name="moneybird",
    label="Moneybird",
    url="https://moneybird.com",
    oauth=OAuth(
        authorize="/oauth/authorize",
        token="/oauth/token",  # noqa: S106  an address
        revoke="/oauth/revoke",
        scopes=("sales_invoices",),
    ),
    personal_token=True,
    limits=(
        Limit(
            150,
            300,
            Scope.EGRESS,
            left_header="RateLimit-RequestsRemaining",  # RateLimit-Remaining holds seconds
            resets_header="RateLimit-Reset",
        ),
    ),
    groups=frozenset(Group) - {Group.PERSON},  # a contact has a first and a last name of its own
    translation=1,
    administrations=_administrations,
    books=_books,
    too_long=TOO_LONG,
    settings=(
        Choice(MEMBER_NUMBER, "Custom field for the member number", fetch=True, group=Group.MEMBER_NUMBER),
        Choice(STATUS, "Custom field for the member status", fetch=True, group=Group.STATUS),
    ),
    choices=_choices,
    is_login_problem=_is_login_problem,
    only_owner=True,
    hooks=_hooks,
)
