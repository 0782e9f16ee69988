"""Checks and tidies what people write in a field, as the Dutch expect it; other countries are not refused.

Pure functions: no table, no clock, no language. A value comes out as it will be stored, or an `Unfit` with the reason.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TypeVar

import phonenumbers
from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError as NumberError
from stdnum.nl import postcode as stdnum_postcode

from ledenbrug.members.citizen_number import tells_citizen_number
from ledenbrug.members.refusals import Fault, Reason

Given = TypeVar("Given")
Good = TypeVar("Good")
OLDEST = 130  # years
LONGEST_REFERENCE = 35  # SEPA
BIC_OF_BANK: Mapping[str, str] = {
    "ABNA": "ABNANL2A",
    "ASNB": "ASNBNL21",
    "BUNQ": "BUNQNL2A",
    "FVLB": "FVLBNL22",
    "INGB": "INGBNL2A",
    "KNAB": "KNABNL2H",
    "RABO": "RABONL2U",
    "RBRB": "RBRBNL21",
    "SNSB": "SNSBNL2A",
    "TRIO": "TRIONL2U",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


_DUTCH_IBAN = re.compile(r"NL\d\d[A-Z]{4}\d{10}", re.ASCII)
_DUTCH_POSTCODE = re.compile(r"([1-9]\d{3}) ?([A-Z]{2})", re.ASCII)
_NO_POSTCODE = frozenset({"SA", "SD", "SS"})
_DUTCH_MOBILE = re.compile(r"(?:(?:\+|00)31 ?|0)6[ -]?([1-58](?:[ -]?\d){7})", re.ASCII)


class Unfit(Exception):
    def __init__(self, reason: Reason, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = {name: str(value) for name, value in params.items()}


def line(written: str) -> str:
    """One line of text: outer spaces off, one spelling per letter."""
    if written.isascii() and written.isprintable():  # nearly always, and quick
        return written.strip()
    return lines(written).replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")


def lines(written: str) -> str:
    if _CONTROL.search(written):
        raise Unfit(Reason.CONTROL_CHARACTER)
    return unicodedata.normalize("NFC", written).strip()


def note(written: str) -> str:
    """Free text, in which a citizen service number is not hidden either."""
    text = lines(written)
    if tells_citizen_number(text):
        raise Unfit(Reason.CITIZEN_NUMBER)
    return text


def mandate_reference(written: str) -> str:
    text = line(written)
    if not text:
        raise Unfit(Reason.REQUIRED)
    if len(text) > LONGEST_REFERENCE:
        raise Unfit(Reason.TOO_LONG, most=LONGEST_REFERENCE)
    return text


def iban(written: str) -> str:
    text = line(written)
    if not text:
        return ""
    compact = text.replace(" ", "").upper()
    if _DUTCH_IBAN.fullmatch(compact):  # the quick way for the most of them
        if int(_letters_as_digits(compact[4:] + compact[:4])) % 97 != 1:
            raise Unfit(Reason.NOT_AN_IBAN)
        return compact
    try:
        return str(stdnum_iban.validate(text))
    except NumberError:
        raise Unfit(Reason.NOT_AN_IBAN) from None


def _letters_as_digits(text: str) -> str:
    return "".join([each if each <= "9" else str(ord(each) - 55) for each in text])  # A is 10


def bic(written: str) -> str:
    text = line(written)
    if not text:
        return ""
    try:
        return str(stdnum_bic.validate(text))
    except NumberError:
        raise Unfit(Reason.NOT_A_BIC) from None


def bic_of(account: str) -> str:
    """Of the larger Dutch banks; empty when we do not know."""
    return BIC_OF_BANK.get(account[4:8], "") if account.startswith("NL") else ""


def email(written: str) -> str:
    text = line(written).removeprefix("mailto:")
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        raise Unfit(Reason.NOT_AN_EMAIL) from None
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def phone(written: str, *, country: str) -> str:
    """E.164, whatever way it was written."""
    text = line(written)
    if text in ("", "-"):
        return ""
    if country == "NL" and (mobile := _DUTCH_MOBILE.fullmatch(text)):  # the quick way for the most of them
        return "+316" + re.sub(r"[ -]", "", mobile[1])
    try:
        number = phonenumbers.parse(text, country or "NL")
    except phonenumbers.NumberParseException:
        raise Unfit(Reason.NOT_A_PHONE) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise Unfit(Reason.NOT_A_PHONE)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def postcode(written: str, *, country: str) -> str:
    text = line(written)
    if not text or country != "NL":
        return text
    if (plain := _DUTCH_POSTCODE.fullmatch(text)) and plain[2] not in _NO_POSTCODE:  # nearly always, and quick
        return f"{plain[1]} {plain[2]}"
    try:
        return str(stdnum_postcode.validate(text))
    except NumberError:
        raise Unfit(Reason.NOT_A_POSTCODE) from None


def address(written: str, *, country: str) -> str:
    text = line(written)
    if text and country == "NL" and not any(each.isdigit() for each in text):
        raise Unfit(Reason.HOUSE_NUMBER_MISSING)
    return text


def country(written: str) -> str:
    """Two letters, also from a name in Dutch or English."""
    text = line(written)
    if not text:
        return ""
    found = countries().get(text.casefold())
    if found is None:
        raise Unfit(Reason.NOT_A_COUNTRY)
    return found


@cache
def countries() -> Mapping[str, str]:
    found = {}
    for language in ("en", "nl"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
                found[code.casefold()] = code
                found[name.casefold()] = code
    return found | {
        "holland": "NL",
        "the netherlands": "NL",
        "nld": "NL",
        "deu": "DE",
        "d": "DE",
        "bel": "BE",
        "b": "BE",
    }


def birth_date(given: date, *, today: date) -> date:
    if given > today:
        raise Unfit(Reason.IN_THE_FUTURE)
    if given.year < today.year - OLDEST:
        raise Unfit(Reason.TOO_LONG_AGO)
    return given


def each(values: Mapping[str, Given], check: Callable[[str, Given], Good]) -> tuple[dict[str, Good], list[Fault]]:
    """What passes, and what is wrong with the others."""
    good: dict[str, Good] = {}
    faults: list[Fault] = []
    for name, given in values.items():
        try:
            good[name] = check(name, given)
        except Unfit as unfit:
            faults.append(Fault(unfit.reason, name, unfit.params))
    return good, faults


def clean(values: Mapping[str, object], *, country_now: str, today: date) -> tuple[dict[str, object], list[Fault]]:
    """The values as they will be stored, and what is wrong with the others. `country_now` is the record's so far."""
    if "country" not in values:
        return each(values, lambda name, value: _clean(name, value, country_now, today))
    others = {name: value for name, value in values.items() if name != "country"}
    first, wrong = each({"country": values["country"]}, lambda name, value: _clean(name, value, country_now, today))
    lived_in = str(first.get("country", country_now))
    cleaned, faults = each(others, lambda name, value: _clean(name, value, lived_in, today))
    return {**first, **cleaned}, [*wrong, *faults]


def _clean(name: str, value: object, lived_in: str, today: date) -> object:
    if name == "birth_date":
        if value in (None, ""):
            return None
        if not isinstance(value, date):
            raise Unfit(Reason.NOT_A_DATE)
        return birth_date(value, today=today)
    if name in YES_OR_NO:
        return value
    if name not in CLEANERS:
        raise Unfit(Reason.UNKNOWN_FIELD)
    text = CLEANERS[name](str(value or ""), lived_in)
    if len(text) > MOST[name]:
        raise Unfit(Reason.TOO_LONG, most=MOST[name])
    if name in NEEDED and not text:
        raise Unfit(Reason.REQUIRED)
    return text


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def check(written: str, lived_in: str) -> str:
        text = line(written)
        if text not in choices:
            raise Unfit(Reason.NOT_A_CHOICE)
        return text

    return check


def _plain(check: Callable[[str], str]) -> Callable[[str, str], str]:
    return lambda written, lived_in: check(written)


NEEDED = frozenset({"number", "last_name", "country"})
YES_OR_NO = frozenset({"receives_mail"})
MOST: Mapping[str, int] = {
    "number": 40,
    "organisation": 200,
    "initials": 30,
    "given_name": 100,
    "first_name": 100,
    "first_names": 200,
    "nickname": 100,
    "infix": 30,
    "last_name": 200,
    "second_infix": 30,
    "second_last_name": 200,
    "name_use": 10,
    "gender": 1,
    "email": 254,
    "invoice_email": 254,
    "phone": 40,
    "phone_home": 40,
    "address": 200,
    "address_extra": 200,
    "postcode": 20,
    "city": 100,
    "country": 2,
    "iban": 34,
    "bic": 11,
    "account_holder": 140,
    "memo": 100_000,
}
CLEANERS: Mapping[str, Callable[[str, str], str]] = {name: _plain(line) for name in MOST} | {
    "gender": _one_of("", "f", "m", "x"),
    "name_use": _one_of("", "first", "second", "reversed"),
    "email": _plain(email),
    "invoice_email": _plain(email),
    "phone": lambda written, lived_in: phone(written, country=lived_in),
    "phone_home": lambda written, lived_in: phone(written, country=lived_in),
    "address": lambda written, lived_in: address(written, country=lived_in),
    "postcode": lambda written, lived_in: postcode(written, country=lived_in),
    "country": _plain(country),
    "iban": _plain(iban),
    "bic": _plain(bic),
    "memo": _plain(note),
}
