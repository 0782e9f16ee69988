"""What every answer of Moneybird that is not the expected one means: one table per kind, listed in the README.

It decides only; it makes no request.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from ledenbrug.bookkeeping.moneybird.translate import CUSTOM, ESTIMATES, INVOICES, TEXT
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary, Trouble
from ledenbrug.core.line import Answer
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, Field, Group
from ledenbrug.wire.http import trouble

FIELD_OF: Mapping[str, Field] = {
    **{attribute: field for field, attribute in TEXT.items()},
    **dict.fromkeys((INVOICES, ESTIMATES, "email"), Field.EMAIL),
    "sepa_active": Field.DIRECT_DEBIT,
    "sepa_sequence_type": Field.DIRECT_DEBIT,
}

_TAKEN = r"in use|taken|unique|exists"
REFUSALS: tuple[tuple[str, str, Reason], ...] = (
    # attribute, what is said of it (a message or a code), what it means; the first that fits counts
    (r".*", r"too[ _]long", Reason.TOO_LONG),
    (r"customer_id", _TAKEN, Reason.NUMBER_TAKEN),
    (r"sepa_mandate_id", _TAKEN, Reason.MANDATE_TAKEN),
    (r"sepa_mandate_date", r"in[ _](the[ _])?future", Reason.MANDATE_IN_FUTURE),
    (r"(send_(invoices|estimates)_to_)?email", r"cannot receive", Reason.DOMAIN_CANNOT_RECEIVE),
    (r"company_name|firstname|lastname", r"required|blank", Reason.NAME_MISSING),
    (r".*", r"invalid|valid|required|blank", Reason.INVALID),
)

_PLAN_LIMIT_AGAIN = timedelta(hours=6)
_SUSPENDED_AGAIN = timedelta(hours=1)
_ATTRIBUTE = re.compile(r"[a-z0-9_]{1,60}")


def verdict(answer: Answer, *, now: datetime, choices: Mapping[str, str]) -> Trouble:
    """That a contact is missing (`is_missing`) has been looked at by then: a 404 is about something greater."""
    said = _said(answer)
    match answer.status:
        case 401 if _is_scope(answer):
            return LoginNeeded(Reason.SCOPE_MISSING)
        case 402:
            return Temporary(Reason.PLAN_LIMIT, until=now + _PLAN_LIMIT_AGAIN)
        case 403 if b"suspend" in answer.body.lower():
            return Temporary(Reason.SUSPENDED, until=now + _SUSPENDED_AGAIN)
        case 403 if _is_scope(answer):
            return LoginNeeded(Reason.SCOPE_MISSING)
        case 404 if said is None:
            return Temporary(Reason.PACKAGE_ERROR)  # a page of something in between
        case 404 if said and "custom_fields_attributes" in _symbols(said):
            return _custom_field_gone(said, choices)
        case 404:
            return LoginNeeded(Reason.ADMINISTRATION_GONE)
        case 422:
            return _refused(said)
        case _:
            return trouble(answer)


@contextmanager
def readable() -> Iterator[None]:
    """While an expected answer is read: what it lacks, or holds of another kind, makes it one that cannot be used."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError):
        raise Temporary(Reason.NOT_JSON, reached=True) from None


def is_missing(answer: Answer) -> bool:
    """The contact is not there, as opposed to the administration or the whole address."""
    said = _said(answer) if answer.status == 404 else None
    if said is None:
        return False
    symbols = _symbols(said)
    return not {"id", "customer_id"}.isdisjoint(symbols) if symbols else said.get("error") == "record not found"


def is_archived_already(answer: Answer) -> bool:
    said = _said(answer) if answer.status == 400 else None
    return said is not None and _symbols(said).get("id") == "can_not_be_archived"


def _refused(said: Mapping[str, Any] | None) -> Rejected:
    """One per attribute that is named; the several of one group that say the same count once."""
    errors = (said or {}).get("error")
    if not isinstance(errors, dict) or not errors:
        return Rejected(Reason.REFUSED)
    details = (said or {}).get("details")
    found: dict[tuple[str, Group | str], Rejected] = {}
    for attribute, messages in errors.items():
        each = _refusal(attribute, messages, details.get(attribute) if isinstance(details, dict) else None)
        found.setdefault((each.reason, GROUP_OF[each.field] if each.field else attribute), each)
    first, *more = sorted(found.values(), key=lambda each: each.field is None)
    return Rejected(first.reason, field=first.field, more=tuple(more), **first.params)


def _refusal(attribute: str, messages: object, details: object) -> Rejected:
    field = FIELD_OF.get(attribute)
    words = f"{messages} {details}"
    for where, what, reason in REFUSALS if field else ():
        if re.fullmatch(where, attribute) and re.search(what, words, re.IGNORECASE):
            length = re.search(r"'count': (\d+)|maximum is (\d+)", words) if reason is Reason.TOO_LONG else None
            if length:
                return Rejected(reason, field=field, length=length[1] or length[2])
            return Rejected(reason, field=Field.LAST_NAME if reason is Reason.NAME_MISSING else field)
    name = attribute if _ATTRIBUTE.fullmatch(attribute) else ""
    return Rejected(Reason.REFUSED, field=field, attribute=name)


def _custom_field_gone(said: Mapping[str, Any], choices: Mapping[str, str]) -> Rejected:
    named = re.search(r"\d+", str(said.get("error")))
    fields = [field for field, key in CUSTOM.items() if named and choices.get(key) == named[0]]
    if not fields:
        return Rejected(Reason.NO_FIELD)
    more = tuple(Rejected(Reason.NO_FIELD, field=each) for each in fields[1:])
    return Rejected(Reason.NO_FIELD, field=fields[0], more=more)


def _is_scope(answer: Answer) -> bool:
    return b"No access to" in answer.body


def _said(answer: Answer) -> Mapping[str, Any] | None:
    try:
        said = answer.json()
    except Temporary:
        return None
    return said if isinstance(said, dict) else None


def _symbols(said: Mapping[str, Any]) -> Mapping[str, Any]:
    symbols = said.get("symbolic")
    return symbols if isinstance(symbols, dict) else {}
