"""Our fields ⇄ the properties of an Exact Online account, and what is refused before a call is spent on it.

Pure: no request, no clock. Bank accounts and mandates are in `collecting`, what an error answer means is in `answers`.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from stdnum import iban

from ledenbrug.bookkeeping.exact_online import CONDITION, TOO_LONG
from ledenbrug.core.compare import same
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, ContactId, Field, Group, Values

Ours = Callable[[Field, str], bool]
Row = Mapping[str, Any]

TEXT: Mapping[Field, str] = {
    Field.ADDRESS: "AddressLine1",
    Field.ADDRESS_EXTRA: "AddressLine2",
    Field.POSTCODE: "Postcode",
    Field.CITY: "City",
    Field.COUNTRY: "Country",
    Field.EMAIL: "Email",
    Field.PHONE: "Phone",
    Field.CUSTOMER_NUMBER: "Code",
}
SELECT = ",".join(("ID", "Name", *TEXT.values(), "Blocked", "EndDate", "Modified"))

_NAMES = FIELDS[Group.NAME]
_PARTICLES = frozenset(
    {"van", "von", "de", "den", "der", "het", "'t", "te", "ten", "ter", "el", "al", "la", "le", "du"}
)
_NEEDED = (Field.IBAN, Field.MANDATE_REFERENCE, Field.MANDATE_SIGNED)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"/Date\((-?\d+)\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check(values: Values) -> None:
    """Raises `Rejected` for everything that Exact would refuse, one per field, the first with `more`."""
    found = [each for field, value in values.items() if (each := _refusal(field, value, values))]
    if any(each in values for each in _NAMES):
        whole = name(values)
        if not whole:
            found.append(Rejected(Reason.NAME_MISSING, field=Field.LAST_NAME))
        elif len(whole) > TOO_LONG[Field.LAST_NAME] and not any(each.field in _NAMES for each in found):
            found.append(Rejected(Reason.TOO_LONG, field=Field.LAST_NAME, length=str(TOO_LONG[Field.LAST_NAME])))
    if found:
        first, *more = found
        raise Rejected(first.reason, field=first.field, more=tuple(more), **first.params)


def _refusal(field: Field, value: str, values: Values) -> Rejected | None:
    value = as_sent(field, value)
    if len(value) > TOO_LONG[field]:
        return Rejected(Reason.TOO_LONG, field=field, length=str(TOO_LONG[field]))
    if not value:
        needed = field is Field.CUSTOMER_NUMBER or (field in _NEEDED and values.get(Field.DIRECT_DEBIT) == "yes")
        return Rejected(Reason.INVALID, field=field) if needed else None
    return None if _good(field, value) else Rejected(Reason.INVALID, field=field)


def _good(field: Field, value: str) -> bool:
    match field:
        case Field.CUSTOMER_NUMBER:
            return is_code(value)
        case Field.EMAIL | Field.PERSON_EMAIL:
            return _EMAIL.fullmatch(value) is not None
        case Field.COUNTRY:
            return re.fullmatch(r"[A-Z]{2}", value) is not None
        case Field.IBAN:
            return bool(iban.is_valid(value, check_country=False))  # its lists of banks are never complete
        case Field.BIC:
            return _BIC.fullmatch(value) is not None
        case Field.DIRECT_DEBIT:
            return value == "yes"
        case Field.MANDATE_SIGNED:
            return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
        case _:
            return True


def is_code(number: str) -> bool:
    """Codes are numbers there, without zeros in front."""
    return re.fullmatch(r"[1-9][0-9]{0,17}", number) is not None


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def name(values: Values) -> str:
    """An account has one name."""
    company = values.get(Field.COMPANY, "")
    return company or " ".join(values[each] for each in (Field.FIRST_NAME, Field.LAST_NAME) if values.get(each))


def for_create(values: Values, *, choices: Mapping[str, str]) -> dict[str, Any]:
    """Empty values are left out: there is nothing to clear."""
    condition = choices.get(CONDITION)
    return {
        **_properties({each: value for each, value in values.items() if value}),
        "Status": "C",
        **({"PaymentConditionSales": condition} if condition else {}),
    }


def for_update(values: Values, *, seen: Remote | None, ours: Ours) -> dict[str, Any]:
    """Never the code: repeating even its own is refused."""
    properties = _properties({each: value for each, value in values.items() if each is not Field.CUSTOMER_NUMBER})
    if Field.EMAIL in values and seen is not None and seen.several_emails:
        properties["Email"] = _among(seen.emails["Email"], values[Field.EMAIL], ours) or None
    return properties


def _properties(values: Values) -> dict[str, Any]:
    """Of the account itself. Nothing is sent as `null`: that is how dates and references are cleared."""
    properties: dict[str, Any] = {
        TEXT[field]: as_sent(field, value) or None for field, value in values.items() if field in TEXT
    }
    return properties | ({"Name": name(values)} if any(each in values for each in _NAMES) else {})


def _among(there: Sequence[str], email: str, ours: Ours) -> str:
    """Where the treasurer keeps more addresses, only the one we sent is replaced."""
    mine = [each for each in there if ours(Field.EMAIL, each)]
    others = [each for each in there if each not in mine and not same(Field.EMAIL, each, email)]
    at = there.index(mine[0]) if mine else 0
    return ", ".join([*others[:at], email, *others[at:]] if email else others)


def as_sent(field: Field, value: str) -> str:
    match field:
        case Field.COUNTRY:
            return value.upper()
        case Field.IBAN:
            return str(iban.compact(value))
        case Field.BIC:
            return value.replace(" ", "").upper()
        case _:
            return value


def dropped(sent: Mapping[str, Any], account: Row) -> Rejected | None:
    """A value that was taken without a word and does not stand there: how unknown references end."""
    lost = [field for field, key in TEXT.items() if sent.get(key) and not text(account, key)]
    if not lost:
        return None
    more = tuple(Rejected(Reason.INVALID, field=each) for each in lost[1:])
    return Rejected(Reason.INVALID, field=lost[0], more=more)


def remote(account: Row, *, more: Values, beside: str, today: date) -> Remote:
    """An account as Exact answers it; `more` and `beside`, a version, are of what hangs on it, where looked at."""
    values = {field: text(account, key) for field, key in TEXT.items()}
    values |= dict(zip(_NAMES, _divided(text(account, "Name")), strict=True))
    emails = tuple(each.strip() for each in re.split(r"[,;]", values[Field.EMAIL]) if each.strip())
    several = len(emails) > 1
    values[Field.EMAIL] = emails[0] if emails else ""
    return Remote(
        ContactId(str(account["ID"])),
        version(account, beside=beside),
        {**values, **more},
        archived=is_archived(account, today=today),
        several_emails=several,
        emails={"Email": emails} if several else {},
    )


def is_archived(account: Row, *, today: date) -> bool:
    """There is no archive: blocked, or ended."""
    ends = day(account.get("EndDate"))
    return bool(account.get("Blocked")) or (ends is not None and ends <= today)


def _divided(whole: str) -> tuple[str, str, str]:
    """Company, first and last name. A guess: whoever compares looks at the name as a whole."""
    words = whole.split()
    if len(words) < 2:
        return "", "", whole
    at = next((place for place, word in enumerate(words) if place and word.casefold() in _PARTICLES), 1)
    return "", " ".join(words[:at]), " ".join(words[at:])


def infix(last_name: str) -> tuple[str, str]:
    """What stands before the name, as in *van den Berg*, and the name. A name is never all infix."""
    words = last_name.split()
    at = next((place for place, word in enumerate(words) if word.casefold() not in _PARTICLES), len(words))
    at = min(at, len(words) - 1)
    return " ".join(words[:at]), " ".join(words[at:])


def text(row: Row, key: str) -> str:
    """Codes, countries and the like come padded; `null` and `""` are the same."""
    return str(row.get(key) or "").strip()


def day(stamp: object) -> date | None:
    """The number is the clock on the wall there, written as if it were UTC. Also a date as we send it.

    What is no date is none: one of them must not stand in the way of all others.
    """
    try:
        if found := _DATE.fullmatch(str(stamp or "")):
            return (_EPOCH + timedelta(milliseconds=int(found[1]))).date()
        return date.fromisoformat(str(stamp)[:10]) if stamp else None
    except (ValueError, OverflowError):
        return None


def version(account: Row, *, beside: str) -> str:
    return f"{_stamp(account)}{beside}"


def _stamp(row: Row) -> str:
    found = _DATE.fullmatch(str(row.get("Modified") or ""))
    return found[1] if found else ""


def version_of(rows: Sequence[Row]) -> str:
    """Of what hangs on an account, short: differs after every change, also when one is taken away."""
    stamps = "".join(sorted(f"{text(each, 'ID')}{_stamp(each)}" for each in rows))
    return f".{hashlib.blake2b(stamps.encode(), digest_size=8).hexdigest()}" if rows else ""
