"""What every answer of Exact Online that is not the expected one means: tables, listed in the README.

It decides only; it makes no request.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary, Trouble
from ledenbrug.core.line import Answer
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field


class Entity(StrEnum):
    """What a request was about: a text alone does not say."""

    ACCOUNT = "account"
    PERSON = "contact person"
    BANK_ACCOUNT = "bank account"
    MANDATE = "mandate"


_NAMED: Mapping[Entity, Mapping[Field, str]] = {
    # the names that people see there, Dutch and English, and those of the properties
    Entity.ACCOUNT: {
        Field.LAST_NAME: r"naam|name",
        Field.CUSTOMER_NUMBER: r"code|(relatie)?nummer",
        Field.ADDRESS: r"adres(regel)?|(visit )?address|(address ?line|adresregel) ?1",
        Field.ADDRESS_EXTRA: r"(address( ?line)?|adres(regel)?) ?[23]",
        Field.POSTCODE: r"post ?code|postal code|zip( code)?",
        Field.CITY: r"(woon)?plaats|city|town",
        Field.COUNTRY: r"land(code)?|country|state|provincie",
        Field.EMAIL: r"e-?mail( ?adres| ?address)?",
        Field.PHONE: r"telefoon(nummer)?|(tele)?phone( number)?",
    },
    Entity.PERSON: {
        Field.PERSON_LAST_NAME: r"achternaam|tussenvoegsel|last ?name|middle ?name|naam|name",
        Field.PERSON_FIRST_NAME: r"voornaam|first ?name",
        Field.PERSON_EMAIL: r"e-?mail( ?adres| ?address)?",
    },
    Entity.BANK_ACCOUNT: {
        Field.IBAN: r"bank ?rekening(nummer)?|rekeningnummer|bank ?account( number)?|iban",
        Field.ACCOUNT_HOLDER: r"(naam )?rekeninghouder|(bank ?)?account ?holder( ?name)?",
        Field.BIC: r"bic(-| )?(code)?",
    },
    Entity.MANDATE: {
        Field.IBAN: r"bank ?rekening(nummer)?|bank ?account( number)?",
        Field.MANDATE_REFERENCE: r"(machtigings)?(referentie|kenmerk)|(mandate )?reference",
        Field.MANDATE_SIGNED: r"(datum (van )?)?ondertekening(sdatum)?|signature ?date|date signed",
    },
}
_OTHERWISE: Mapping[Entity, Field | None] = {
    Entity.ACCOUNT: None,
    Entity.PERSON: Field.PERSON_LAST_NAME,
    Entity.BANK_ACCOUNT: Field.IBAN,
    Entity.MANDATE: Field.MANDATE_REFERENCE,
}
"""Whatever is refused of what hangs on an account: the account itself goes over."""
_TAKEN: Mapping[Entity, tuple[Reason, Field]] = {
    Entity.ACCOUNT: (Reason.NUMBER_TAKEN, Field.CUSTOMER_NUMBER),
    Entity.PERSON: (Reason.REFUSED, Field.PERSON_LAST_NAME),  # its number
    Entity.MANDATE: (Reason.MANDATE_TAKEN, Field.MANDATE_REFERENCE),
}
_SAID: tuple[tuple[str, Reason | None], ...] = (
    # what a line says, None: that something is there already
    (r"bestaat (reeds|al)|al in gebruik|already (exists|in use)|duplicate", None),
    (r"te lang|too long|exceeds|maximaal|maximum", Reason.TOO_LONG),
    (r"verplicht|mandatory|required", Reason.INVALID),
    (r"ongeldig|invalid|niet (geldig|correct|juist)|not valid|onjuist|incorrect|unknown|onbekend", Reason.INVALID),
)
_REASONS: Mapping[str, Trouble | timedelta] = {
    # header `Reason` of a 403: who must do something, or how long the administration is asked no more
    "blockeduser": LoginNeeded(Reason.NO_ACCESS),
    "inactiveuser": LoginNeeded(Reason.NO_ACCESS),
    "nodivisionaccess": LoginNeeded(Reason.ADMINISTRATION_GONE),
    "blockedcustomer": timedelta(hours=6),
    "licenseexpired": timedelta(hours=6),
    "divisionblocked": timedelta(hours=1),
}
_TEXTS: tuple[tuple[str, str], ...] = (
    (r"license expired", "licenseexpired"),
    (r"not within division scope|no access to (this )?division", "nodivisionaccess"),
)
_BROKEN = timedelta(hours=1)
_PROPERTY = re.compile(r"[A-Za-zÀ-ÿ0-9 ._-]{1,60}")


def verdict(answer: Answer, *, now: datetime, entity: Entity | None = None) -> Trouble:
    """`entity` is what was being written; None while reading."""
    match answer.status:
        case 500 if entity and (said := message(answer)):
            return refused(said, entity)
        case 400 if entity:
            return Rejected(Reason.REFUSED, field=_OTHERWISE[entity], status="400")
        case 401:
            return LoginNeeded(Reason.WITHDRAWN)
        case 403:
            return _forbidden(answer, now=now)
        case 429:  # the line knows better; here for whoever uses another line
            return Temporary(Reason.LIMITED)
        case 400 | 404 | 405 | 406:  # ours or something in between: asking again at once would only be counted
            return Temporary(Reason.PACKAGE_ERROR, until=now + _BROKEN)
        case _:
            return Temporary(Reason.PACKAGE_ERROR, reached=True)


def message(answer: Answer) -> str:
    """Text of an error in Exact's own shape; empty for a page, or nothing."""
    try:
        said = answer.json()
        return str(said["error"]["message"]["value"])
    except (Temporary, KeyError, TypeError):
        return ""


def refused(said: str, entity: Entity) -> Rejected:
    """One per line; the several that say the same of one field count once."""
    found: dict[tuple[str, Field | None], Rejected] = {}
    for line in said.splitlines():
        if line.strip():
            each = _refusal(line.strip(), entity)
            found.setdefault((each.reason, each.field), each)
    if not found:
        return Rejected(Reason.REFUSED, field=_OTHERWISE[entity])
    first, *more = sorted(found.values(), key=lambda each: each.field is None)
    return Rejected(first.reason, field=first.field, more=tuple(more), **first.params)


def _refusal(line: str, entity: Entity) -> Rejected:
    what, _, about = line.partition(":")
    field = (_field(about, entity) if about else None) or _field(what, entity)
    for pattern, reason in _SAID:
        if re.search(pattern, line, re.IGNORECASE):
            if reason is None:
                return _taken(entity, field)
            if reason is Reason.INVALID and field is Field.LAST_NAME:
                reason = Reason.NAME_MISSING
            if field is not None:
                return Rejected(reason, field=field)
            break
    subject = about.strip().rstrip(".")
    attribute = subject if _PROPERTY.fullmatch(subject) and "@" not in subject else ""
    return Rejected(Reason.REFUSED, field=field or _OTHERWISE[entity], attribute=attribute)


def _taken(entity: Entity, field: Field | None) -> Rejected:
    """Which value is taken is hardly ever said; of each kind there is one that must be unique."""
    reason, unique = _TAKEN.get(entity, (Reason.INVALID, Field.IBAN))
    return Rejected(reason, field=unique) if field in (None, unique) else Rejected(Reason.INVALID, field=field)


def _field(text: str, entity: Entity) -> Field | None:
    """By the whole subject, then by a word of it."""
    subject = re.sub(r"[\"'()]", "", text).strip().rstrip(".").casefold()
    for match in (re.fullmatch, _as_word):
        for field, pattern in _NAMED[entity].items():
            if match(pattern, subject):
                return field
    return None


def _as_word(pattern: str, text: str) -> object:
    return re.search(rf"\b({pattern})\b", text)


def _forbidden(answer: Answer, *, now: datetime) -> Trouble:
    said = message(answer)
    reason = answer.headers.get("Reason", "").partition(":")[0].strip().casefold()
    if reason not in _REASONS:
        reason = next((key for pattern, key in _TEXTS if re.search(pattern, said, re.IGNORECASE)), "")
    if re.search(r"scope violated", said, re.IGNORECASE):
        return LoginNeeded(Reason.SCOPE_MISSING)
    known = _REASONS.get(reason)
    if isinstance(known, timedelta):
        return Temporary(Reason.SUSPENDED, until=now + known)
    return LoginNeeded(known.reason if known else Reason.NO_ACCESS)
