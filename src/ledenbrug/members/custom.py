"""What an association's own fields may hold: checked, tidied and spelled, by their kind.

Pure functions but for the one query that `fields_of` is. A value is text, or yes or no; nothing is no value at all.
Numbers, amounts and dates are kept as text of one spelling, so that they are exact and JSON holds them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from ledenbrug.members import spellings
from ledenbrug.members.models import Association, CustomField, Kind, Member
from ledenbrug.members.refusals import Fault, Reason
from ledenbrug.members.validation import Unfit, each, line, note

Value = str | bool
Own = Mapping[str, CustomField]
"""The fields of an association by their key."""

LONGEST_LINE, LONGEST_TEXT = 500, 10_000
LARGEST = 10**15
MOST_DECIMALS = 6
_KEY = re.compile(r"c[1-9]\d{0,17}", re.ASCII)
_DUTCH = re.compile(r"([+-]?)([1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,(\d+))?", re.ASCII)
_ENGLISH = re.compile(r"([+-]?)([1-9]\d{0,2}(?:,\d{3})+|\d+)\.(\d+)", re.ASCII)
_CURRENCY = re.compile(r"^([+-]?)\s*(?:€|eur)\s*|\s*(?:€|eur)$", re.IGNORECASE)
_NO_CENTS = re.compile(r"[,.](?:-+|–|—|=)$")  # noqa: RUF001, RUF003 - people write any dash: € 25,–


def fields_of(association: Association | int, *, archived: bool = False) -> dict[str, CustomField]:
    """In their order; those no longer in use only where what is kept must be told."""
    fields = CustomField.objects.of(association)
    return {each.key: each for each in (fields if archived else fields.filter(archived=False))}


def is_key(name: str) -> bool:
    return bool(_KEY.fullmatch(name))


def told_apart(name: str) -> str:
    """Two fields, or columns, of which this is equal are one to whoever reads a list."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def value_of(member: Member, name: str) -> object:
    """Of any field, own or not."""
    return member.custom.get(name) if is_key(name) else getattr(member, name)


def put(kept: Mapping[str, Value], values: Mapping[str, Value | None]) -> dict[str, Value]:
    """The record's own fields with these written over it; what is None is there no longer."""
    return {name: value for name, value in {**kept, **values}.items() if value is not None}


def clean(values: Mapping[str, object], own: Own) -> tuple[dict[str, Value | None], list[Fault]]:
    """The values as they will be kept, and what is wrong with the others."""

    def check(name: str, written: object) -> Value | None:
        if name not in own:
            raise Unfit(Reason.UNKNOWN_FIELD)
        return cleaned_value(own[name], written)

    return each(values, check)


def cleaned_value(field: CustomField, written: object) -> Value | None:
    if written in (None, ""):
        return None
    value = _CLEANERS[Kind(field.kind)](written, field.choices)
    return None if value == "" else value


def typed(field: CustomField, value: object) -> str:
    """As a person types it, and as a file holds it: `cleaned_value` makes the same of it again."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() if field.kind == Kind.DATE:
            return "-".join(reversed(value.split("-")))
        case str() if field.kind in (Kind.NUMBER, Kind.MONEY):
            return value.replace(".", ",")
        case _:
            return str(value)


def number(written: str) -> Decimal:
    """As the Dutch write it, 1.234,56, or with a point where that can be read in one way only."""
    text = re.sub(r"\s", "", line(written)).replace("\u2212", "-")
    if found := _DUTCH.fullmatch(text):
        sign, whole, decimals = found[1], found[2].replace(".", ""), found[3] or ""
    elif found := _ENGLISH.fullmatch(text):
        sign, whole, decimals = found[1], found[2].replace(",", ""), found[3]
    else:
        raise Unfit(Reason.NOT_A_NUMBER)
    decimals = decimals.rstrip("0")
    if len(decimals) > MOST_DECIMALS or len(whole) > 30 or int(whole) >= LARGEST:
        raise Unfit(Reason.NOT_A_NUMBER)
    value = Decimal(f"{whole}.{decimals or 0}")
    return -value if sign == "-" and value else value


def money(written: str) -> Decimal:
    """In whole cents, as people write it: € 1.234,50 or 25,-."""
    with suppress(Unfit):
        value = number(_NO_CENTS.sub("", _CURRENCY.sub(r"\1", line(written))))
        if value == round(value, 2):
            return value
    raise Unfit(Reason.NOT_AN_AMOUNT)


def _number(written: object, choices: Sequence[str]) -> str:
    value = number(str(written))
    return f"{value.normalize():f}"


def _money(written: object, choices: Sequence[str]) -> str:
    return f"{money(str(written)):.2f}"


def _line(written: object, choices: Sequence[str]) -> str:
    return _short(note(line(str(written))), LONGEST_LINE)


def _lines(written: object, choices: Sequence[str]) -> str:
    text = str(written).replace("\r\n", "\n").replace("\r", "\n")
    return _short(note(text), LONGEST_TEXT)


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise Unfit(Reason.TOO_LONG, most=most)
    return text


def _date(written: object, choices: Sequence[str]) -> str | None:
    day = written if isinstance(written, date) else spellings.day(line(str(written)))
    return day.isoformat() if day else None


def _yes_no(written: object, choices: Sequence[str]) -> bool | None:
    return written if isinstance(written, bool) else spellings.yes_or_no(str(written)) if str(written).strip() else None


def _choice(written: object, choices: Sequence[str]) -> str | None:
    text = line(str(written))
    if text in choices or not text:
        return text
    alike = [each for each in choices if each.casefold() == text.casefold()]
    if len(alike) != 1:
        raise Unfit(Reason.NOT_A_CHOICE)
    return alike[0]


_CLEANERS: Mapping[Kind, Callable[[object, Sequence[str]], Value | None]] = {
    Kind.TEXT: _line,
    Kind.LONG: _lines,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
}
