"""By what members can be sorted: by name on the Dutch rule, or by another field and then by name.

Every order is one text that rises with it, so that a page begins where the last one ended. What is empty comes last.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, DecimalField, F, Func, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Collate, Concat, Lower, LPad, NullIf
from django.db.models.lookups import Regex

from ledenbrug.members import custom
from ledenbrug.members.custom import Own
from ledenbrug.members.models import Kind

NAME = "name"
TEXTS = ("email", "phone", "phone_home", "address", "postcode", "city", "country", "iban", "account_holder", "gender")
ORDERS = (NAME, "number", "status", "since", *TEXTS, "birth_date", "receives_mail")
LAST = "\U0010ffff"
BY_NAME = F("sort_key")
WITH_INDEX: Mapping[str, Combinable] = {NAME: BY_NAME, "number": LPad("number", 40, Value("0"))}
_PLAIN = ("phone", "phone_home", "postcode", "country", "iban", "gender")
"""Kept in one spelling, without accents: not folded fifty thousand times."""


def place(order: str, *, own: Own | None = None) -> Combinable:
    """`order` is one of `ORDERS`, or the key of one of the association's own fields."""
    if order in WITH_INDEX:
        return WITH_INDEX[order]
    field = (own or {}).get(order)
    text = _own(order, Kind(field.kind)) if field else _text(order)
    filled = Coalesce(NullIf(text, Value("")), Value(LAST), output_field=TextField())
    return Collate(Concat(filled, Value(" ! "), F("sort_key"), output_field=TextField()), "C")


def possible(order: str, own: Own) -> bool:
    return order in own if custom.is_key(order) else order in ORDERS


def _text(order: str) -> Any:
    match order:
        case "status":
            return LPad(Cast("status__order", TextField()), 10, Value("0"))
        case "since" | "birth_date":
            return _day(F(order))
        case "receives_mail":
            return Case(When(receives_mail=True, then=Value("0")), default=Value("1"), output_field=CharField())
        case "email":
            return Lower("email")
        case _:
            return F(order) if order in _PLAIN else _folded(F(order))


def amount(key: str) -> Case:
    """What stands in a field of the association's own, as a number; what is none has no place."""
    value = KT(f"custom__{key}")
    return Case(When(Regex(value, AMOUNT), then=Cast(value, DecimalField(max_digits=30, decimal_places=6))))


def _own(key: str, kind: Kind) -> Any:
    """A day stands in the record as it sorts; an amount is lifted until every one has as many digits."""
    match kind:
        case Kind.NUMBER | Kind.MONEY:
            return Cast(amount(key) + 2 * custom.LARGEST, TextField())
        case Kind.DATE:
            return KT(f"custom__{key}")
        case _:
            return _folded(KT(f"custom__{key}"))


AMOUNT = "^-?[0-9]{1,15}([.][0-9]{1,6})?$"
"""As `custom` keeps them."""


def _day(value: Any) -> Func:
    """As so many digits, counted from the first day there is: sooner there than a day written out."""
    return Func(value, template="(%(expressions)s - DATE '0001-01-01' + 1000000)::text", output_field=TextField())


def _folded(value: Any) -> Func:
    return Func(Cast(value, TextField()), function="members_fold", output_field=TextField())
