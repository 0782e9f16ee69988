"""Exact Online: everything a screen or the engine must know of it before speaking to it, as data.

The parts that speak are imported on first use, so that a list of packages and the sandbox cost nothing.
"""

import math
import re
from collections.abc import Mapping, Sequence

from ledenbrug.core.hooks import Hooks
from ledenbrug.core.line import Limit, Line, OAuth, Refusals, Scope
from ledenbrug.core.port import Administration, Books, Choice, Host, Package
from ledenbrug.core.records import Field, Group, Values

CONDITION, LEAVER = "payment_condition", "leaver"
BLOCK, END_DATE = "block", "end_date"
AT_ONCE = 25
"""So many ids fit into the address of one request."""

TOO_LONG = {
    **dict.fromkeys(Field, 60),
    # nowhere documented; what others measured, the smallest where they differ
    Field.COMPANY: 50,
    Field.FIRST_NAME: 50,
    Field.LAST_NAME: 50,  # the three are one text there: see `translate`
    Field.POSTCODE: 20,
    Field.CITY: 30,
    Field.COUNTRY: 2,
    Field.EMAIL: 128,
    Field.PHONE: 25,
    Field.PERSON_FIRST_NAME: 50,
    Field.PERSON_LAST_NAME: 50,
    Field.PERSON_EMAIL: 128,
    Field.CUSTOMER_NUMBER: 18,
    # what the banks allow
    Field.IBAN: 34,
    Field.BIC: 11,
    Field.ACCOUNT_HOLDER: 50,
    Field.MANDATE_REFERENCE: 35,
}


def _administrations(line: Line) -> Sequence[Administration]:
    from ledenbrug.bookkeeping.exact_online import access

    return access.administrations(line)


def _who(line: Line) -> str:
    from ledenbrug.bookkeeping.exact_online import access

    return access.user(line)


def _books(line: Line, administration: str, choices: Mapping[str, str], groups: frozenset[Group]) -> Books:
    from ledenbrug.bookkeeping.exact_online import client

    return client.ExactBooks(line, administration, choices, groups)


def _choices(line: Line, administration: str, key: str) -> Sequence[tuple[str, str]]:
    from ledenbrug.bookkeeping.exact_online import access

    return access.payment_conditions(line, administration) if key == CONDITION else ()


def _hooks() -> Hooks:
    from ledenbrug.bookkeeping.exact_online import hooks

    return hooks.HOOKS


def _number(prefix: str, number: str) -> str:
    """A range of our own: 7000000 and member 1042 make 7001042. The last tenth is for payers who are no member.

    What does not fit into the range stands behind it, which no number that does can look like.
    """
    details, digits = number.startswith("F"), number.removeprefix("F")
    if not (prefix.isascii() and prefix.isdigit() and digits.isascii() and digits.isdigit()):
        return f"{prefix}{number}"
    room = 10 ** (len(prefix) - len(prefix.rstrip("0")))
    first, last = (room * 9 // 10, room) if details else (0, room * 9 // 10)
    if digits != str(int(digits)) or first + int(digits) >= last:
        return f"{prefix}0{digits}" if details else f"{prefix}{digits}"
    return str(int(prefix) + first + int(digits))


def _requests(new: bool, values: Values) -> int:
    """What hangs on the account is made beside it; what is changed is looked at, before or afterwards."""
    collects = values.get(Field.DIRECT_DEBIT) == "yes"
    if new:
        return 1 + bool(values.get(Field.PERSON_LAST_NAME)) + 2 * collects
    return 2 + 2 * (Field.PERSON_LAST_NAME in values) + 3 * (Field.DIRECT_DEBIT in values)


def _look(contacts: int, groups: frozenset[Group]) -> int:
    """Bank accounts come along with their accounts. That there are none is asked about once more."""
    pages = math.ceil(contacts / AT_ONCE)
    return pages * (1 + (Group.PERSON in groups)) + (len(groups) if pages else 0)


def _endpoint(path: str) -> str:
    """Division and endpoint. What lies outside of a division is counted by nobody."""
    found = re.match(r"/api/v1/(\d+/[^(]+)", path)
    return found[1] if found else ""


def _division(path: str) -> str:
    return _endpoint(path).partition("/")[0]


PACKAGE = Package(
    name="exact_online",
    label="Exact Online",
    url="https://start.exactonline.nl",
    oauth=OAuth(
        authorize="/api/oauth2/auth",
        token="/api/oauth2/token",  # noqa: S106  an address
        revoke=None,
        scopes=(),
        own_key=True,
        key_steps=(
            "Log in to Exact Online and open the Exact App Center. You need the right to manage API keys there.",
            "Choose Register API keys, and then Register an API key.",
            "Give it a name, Ledenbrug for instance, and paste the return address as redirect URL.",
            "Tick that you agree to the terms, and choose Register.",
            "Copy the client ID and the client secret under Authorization information, and paste them here.",
        ),
        lapses_days=30,
        extra={"force_login": "1"},  # or a browser that is logged in there as somebody else decides
    ),
    personal_token=False,
    limits=(
        Limit(
            60,
            60,
            Scope.ADMINISTRATION,
            left_header="X-RateLimit-Minutely-Remaining",
            resets_header="X-RateLimit-Minutely-Reset",
        ),
        Limit(
            5000,
            86400,
            Scope.ADMINISTRATION,
            left_header="X-RateLimit-Remaining",
            resets_header="X-RateLimit-Reset",
        ),
    ),
    # after ten of them in an hour a key is blocked for that endpoint; a 401 stops everything by itself
    beside=frozenset({Group.PERSON, Group.SEPA}),
    requests=_requests,
    look=_look,
    one_by_one=_division,
    refusals=Refusals(5, 3600, frozenset({400, 403, 404}), _endpoint),
    groups=frozenset(Group) - {Group.MEMBER_NUMBER, Group.STATUS},
    translation=1,
    administrations=_administrations,
    books=_books,
    too_long=TOO_LONG,
    choices=_choices,
    settings=(
        Choice(
            CONDITION,
            "Payment condition of new relations",
            help="Given to relations that we make. Relations that are there already keep theirs.",
            fetch=True,
        ),
        Choice(
            LEAVER,
            "When a relation is archived",
            help=(
                "Exact Online has no archive. Until then a relation of a leaver stays as it is and open invoices are "
                "collected as usual; you get a to-do. A relation that is blocked or has ended takes no further "
                "invoices or payments, so we only do that when nothing is open or recurring any more."
            ),
            default=BLOCK,
            options=((BLOCK, "Block it"), (END_DATE, "Give it an end date")),
        ),
    ),
    hosts=(
        Host("nl", "Nederland", "https://start.exactonline.nl"),
        Host("be", "België", "https://start.exactonline.be"),
    ),
    who=_who,
    prefix="7000000",
    prefix_label="Number range",
    prefix_help=(
        "Relation codes are numbers there, so ours have a range of their own: member 1042 becomes %(example)s. Choose "
        "one in which you have no relations yet. Relations that have a code keep theirs."
    ),
    prefix_shape=r"[1-9][0-9]{1,11}",
    number=_number,
    hooks=_hooks,
)
