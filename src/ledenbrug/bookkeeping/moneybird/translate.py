"""Our fields ⇄ the attributes of a Moneybird contact, and what is refused before a call is spent on it.

Pure: no request, no clock. What an error answer means is in `answers`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from stdnum import iban

from ledenbrug.bookkeeping.moneybird import MEMBER_NUMBER, STATUS, TOO_LONG
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Values

Ours = Callable[[Field, str], bool]

TEXT: Mapping[Field, str] = {
    Field.COMPANY: "company_name",
    Field.FIRST_NAME: "firstname",
    Field.LAST_NAME: "lastname",
    Field.ADDRESS: "address1",
    Field.ADDRESS_EXTRA: "address2",
    Field.POSTCODE: "zipcode",
    Field.CITY: "city",
    Field.COUNTRY: "country",
    Field.PHONE: "phone",
    Field.CUSTOMER_NUMBER: "customer_id",
    Field.IBAN: "sepa_iban",
    Field.ACCOUNT_HOLDER: "sepa_iban_account_name",
    Field.BIC: "sepa_bic",
    Field.MANDATE_REFERENCE: "sepa_mandate_id",
    Field.MANDATE_SIGNED: "sepa_mandate_date",
}
CUSTOM: Mapping[Field, str] = {Field.MEMBER_NUMBER: MEMBER_NUMBER, Field.STATUS: STATUS}
INVOICES, ESTIMATES = "send_invoices_to_email", "send_estimates_to_email"
MANUAL = "Manual"
YOUNG = timedelta(minutes=2)
"""Longer than a request may be under way, and than clocks usually differ."""

_NAMES = (Field.COMPANY, Field.FIRST_NAME, Field.LAST_NAME)
_COLLECTING = (Field.IBAN, Field.ACCOUNT_HOLDER, Field.MANDATE_REFERENCE, Field.MANDATE_SIGNED)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)*\.[^@\s,;<>\".\d]{2,}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_COUNTRY = re.compile(r"[A-Z]{2}")


def check(values: Values, *, today: date, lacking: Collection[Field] = ()) -> None:
    """Raises `Rejected` for everything that Moneybird would refuse, one per field, the first with `more`."""
    found = [each for field, value in values.items() if (each := _refusal(field, value, values, today=today))]
    found += [Rejected(Reason.NO_FIELD, field=field) for field in values if field in lacking]
    if not any(values.get(each, "x") for each in _NAMES):
        found.append(Rejected(Reason.NAME_MISSING, field=Field.LAST_NAME))
    raise_all(found)


def raise_all(found: Sequence[Rejected]) -> None:
    if found:
        first = found[0]
        raise Rejected(first.reason, field=first.field, more=tuple(found[1:]), **first.params)


def _refusal(field: Field, value: str, values: Values, *, today: date) -> Rejected | None:
    value = _as_sent(field, value)
    if len(value) > TOO_LONG[field]:
        return Rejected(Reason.TOO_LONG, field=field, length=str(TOO_LONG[field]))
    if not value:
        needed = values.get(Field.DIRECT_DEBIT) == "yes" and (
            field in _COLLECTING or (field is Field.BIC and not _is_dutch(values.get(Field.IBAN, "")))
        )
        return Rejected(Reason.INVALID, field=field) if needed else None
    match field:
        case Field.EMAIL:
            good = _EMAIL.fullmatch(value) is not None
        case Field.COUNTRY:
            good = _COUNTRY.fullmatch(value) is not None
        case Field.IBAN:
            good = iban.is_valid(value, check_country=False)  # its lists of banks are never complete
        case Field.BIC:
            good = _BIC.fullmatch(value) is not None
        case Field.DIRECT_DEBIT:
            good = value == "yes"
        case Field.MANDATE_SIGNED:
            signed = _date(value)
            if signed and signed > today:
                return Rejected(Reason.MANDATE_IN_FUTURE, field=field)
            good = signed is not None
        case _:
            good = True
    return None if good else Rejected(Reason.INVALID, field=field)


def for_create(values: Values, *, choices: Mapping[str, str]) -> dict[str, Any]:
    """Empty values are left out: there is nothing to clear, and Moneybird fills in what it knows better."""
    given = {field: value for field, value in values.items() if value}
    attributes = _attributes(given, choices=choices)
    if email := values.get(Field.EMAIL):
        attributes[INVOICES] = attributes[ESTIMATES] = email
    else:
        attributes["delivery_method"] = MANUAL  # its own default, Email, fails without an address
    if not values.get(Field.COMPANY):
        attributes |= {"company_name": "", "email_ubl": False}
    return attributes


def for_update(values: Values, *, choices: Mapping[str, str], seen: Remote | None, ours: Ours) -> dict[str, Any]:
    attributes = _attributes(values, choices=choices)
    if Field.EMAIL in values:
        attributes |= _emails(values[Field.EMAIL], seen=seen, ours=ours)
    return attributes


def delivery(contacts: Sequence[Mapping[str, Any]], *, ours: Ours) -> dict[str, str]:
    """A contact that we made without an address goes by post for want of one; now that there is one it goes by mail.

    Unless somebody chose otherwise there, or keeps addresses of their own.
    """
    for each in contacts:
        events = each.get("events") or ()
        chosen = any("delivery_method" in ((event.get("data") or {}).get("changes") or {}) for event in events)
        made = ours(Field.CUSTOMER_NUMBER, str(each.get("customer_id") or ""))
        if made and not chosen and each.get("delivery_method") == MANUAL and not each.get(INVOICES):
            return {"delivery_method": "Email"}
    return {}


def _attributes(values: Values, *, choices: Mapping[str, str]) -> dict[str, Any]:
    """Every field but the e-mail address."""
    attributes: dict[str, Any] = {
        TEXT[field]: _as_sent(field, value) for field, value in values.items() if field in TEXT
    }
    if values.get(Field.COMPANY):
        # A person's name beside it would make Moneybird add a contact person, at every change another one.
        attributes |= {"firstname": "", "lastname": ""}
    if Field.DIRECT_DEBIT in values:
        attributes["sepa_active"] = values[Field.DIRECT_DEBIT] == "yes"
        if attributes["sepa_active"]:
            attributes["sepa_sequence_type"] = "RCUR"
        else:  # what was collected with stays on record
            attributes = {key: value for key, value in attributes.items() if value != "" or not key.startswith("sepa_")}
    custom = [_custom(field, values[field], choices) for field in CUSTOM if field in values]
    return attributes | ({"custom_fields_attributes": custom} if custom else {})


def _as_sent(field: Field, value: str) -> str:
    match field:
        case Field.COUNTRY:
            return value.upper()
        case Field.IBAN:
            return str(iban.compact(value))
        case Field.BIC:
            return value.replace(" ", "").upper()
        case _:
            return value


def _custom(field: Field, value: str, choices: Mapping[str, str]) -> dict[str, str]:
    chosen = choices.get(CUSTOM[field])
    if not chosen:
        raise Rejected(Reason.NO_FIELD, field=field)
    return {"id": chosen, "value": value}


def _emails(email: str, *, seen: Remote | None, ours: Ours) -> dict[str, str]:
    """Both addresses become ours; where the treasurer keeps more of them, only the one we sent is replaced."""
    if seen is None or not seen.several_emails:
        return {INVOICES: email, ESTIMATES: email}
    result = {}
    for place, there in seen.emails.items():
        mine = [each for each in there if ours(Field.EMAIL, each)]
        if not mine and place != INVOICES:
            continue
        if email and len(there) == 1:
            mine = list(there)  # whoever wrote it put it in the place of ours
        others = [each for each in there if each not in mine and each.casefold() != email.casefold()]
        at = there.index(mine[0]) if mine else 0
        result[place] = ",".join([*others[:at], email, *others[at:]] if email else others)
    return result


def remote(contact: Mapping[str, Any], *, choices: Mapping[str, str], young: bool = False) -> Remote:
    """A contact as Moneybird answers it; `null` and `""` are the same."""
    values = {field: str(contact.get(attribute) or "") for field, attribute in TEXT.items()}
    values[Field.COUNTRY] = values[Field.COUNTRY].upper()
    values[Field.DIRECT_DEBIT] = "yes" if contact.get("sepa_active") else ""
    if _is_dutch(values[Field.IBAN]):
        values[Field.BIC] = ""  # Moneybird's own finding
    filled = {str(each["id"]): str(each.get("value") or "") for each in contact.get("custom_fields") or ()}
    values |= {field: filled.get(choices.get(key) or "", "") for field, key in CUSTOM.items()}
    emails = {place: _split(contact.get(place)) for place in (INVOICES, ESTIMATES)}
    values[Field.EMAIL] = next(iter(emails[INVOICES]), "")
    everywhere = {each.casefold() for there in emails.values() for each in there}
    several = bool(everywhere - {values[Field.EMAIL].casefold()})
    return Remote(
        ContactId(str(contact["id"])),
        str(contact["version"]),
        values,
        archived=bool(contact.get("archived")),
        several_emails=several,
        emails=emails if several else {},
        young=young,
    )


def is_young(contact: Mapping[str, Any], *, now: datetime) -> bool:
    """A version is the second of the last change: within it another one leaves no trace."""
    version = str(contact["version"])
    return not version.isdecimal() or int(version) > (now - YOUNG).timestamp()


def _split(addresses: str | None) -> tuple[str, ...]:
    return tuple(each.strip() for each in (addresses or "").split(",") if each.strip())


def _is_dutch(account: str) -> bool:
    return account.lstrip()[:2].upper() == "NL"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
