"""How values that are kept in one spelling are written for people."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

import phonenumbers
from babel import Locale
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ledenbrug.members.models import CustomField, Kind

DUTCH = 31


def iban(value: str) -> str:
    """In fours, as it stands on a bank card."""
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def phone(value: str) -> str:
    """National for a Dutch number, international for the rest; as it stands when it is no number."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    spelling = phonenumbers.PhoneNumberFormat
    at_home = number.country_code == DUTCH
    return str(phonenumbers.format_number(number, spelling.NATIONAL if at_home else spelling.INTERNATIONAL))


def country(code: str) -> str:
    """In the reader's language."""
    return str(Locale.parse(get_language() or "nl", sep="-").territories.get(code, code))


KEPT: Mapping[str, Callable[[str], str]] = {"iban": iban, "phone": phone, "phone_home": phone, "country": country}
"""Fields of a record that are kept otherwise than people write them."""


def own(field: CustomField | None, value: object) -> str:
    """What a member has in a field of the association's own. What does not fit its kind is told as it stands."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    with suppress(ValueError, InvalidOperation):
        match field.kind if field else "":
            case Kind.DATE:
                return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
            case Kind.MONEY:
                return f"\u20ac\u00a0{_dutch(Decimal(text))}"
            case Kind.NUMBER:
                return _dutch(Decimal(text))
    return text


def _dutch(number: Decimal) -> str:
    return f"{number:,}".translate({ord(","): ".", ord("."): ","})
