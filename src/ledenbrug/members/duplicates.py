"""Finds members who are probably registered twice: same e-mail address, same account, same name and date of birth.

It must not merge them: a family shares an address and an account, so a person looks first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Concat

from ledenbrug.members import validation
from ledenbrug.members.models import Association, Member
from ledenbrug.members.validation import Unfit

MOST = 100
CROWD = 10
"""An address or account of more members than this says nothing about who is who."""


@dataclass(frozen=True, slots=True)
class Alike:
    member: Member
    why: tuple[str, ...]
    """`email`, `iban`, `name`."""


@dataclass(frozen=True, slots=True)
class Pair:
    first: Member
    second: Member
    why: tuple[str, ...]


def alike(association: Association, typed: Mapping[str, str], *, most: int = 5) -> list[Alike]:
    """Members who have something of what is being typed; half-typed values are no reason to complain."""
    reasons = {why: condition for why, condition in _reasons(typed).items() if condition is not None}
    if not reasons:
        return []
    any_of = Q()
    for condition in reasons.values():
        any_of |= condition
    members = Member.objects.of(association).filter(deleted_at=None)
    found = list(members.filter(any_of).select_related("status").order_by("sort_key", "id")[:most])
    ids = [each.pk for each in found]
    rows = members.filter(pk__in=ids)
    holds = {why: set(rows.filter(condition).values_list("pk", flat=True)) for why, condition in reasons.items()}
    return [Alike(each, tuple(why for why in reasons if each.pk in holds[why])) for each in found]


def pairs(association: Association, *, most: int = MOST) -> list[Pair]:
    """Probable doubles, the surest first; those that a person said are two are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"association": association.pk, "crowd": CROWD, "most": most})
        rows = cursor.fetchall()
    ids = {each for first, second, _ in rows for each in (first, second)}
    members = Member.objects.of(association).select_related("status").in_bulk(ids)
    return [Pair(members[first], members[second], tuple(why)) for first, second, why in rows]


def _reasons(typed: Mapping[str, str]) -> dict[str, Q | None]:
    email = _clean(validation.email, typed.get("email", ""))
    iban = _clean(validation.iban, typed.get("iban", ""))
    last, given, born = typed.get("last_name", "").strip(), typed.get("given_name", "").strip(), _day(typed)
    name = Concat(_folded(last), Value(f" {born}"), output_field=TextField())
    named = Q(likeness__name=name) if last and born else None
    return {
        "email": Q(likeness__email=email.lower()) if email else None,
        "iban": Q(likeness__iban=iban) if iban else None,
        "name": named & (Q(likeness__given=_folded(given)) | Q(likeness__given="")) if named and given else named,
    }


def _folded(text: str) -> Func:
    return Func(Value(text.replace("\x00", "")), function="members_fold", output_field=TextField())


def _clean(check: Any, typed: str) -> str:
    try:
        return str(check(typed))
    except Unfit:
        return ""


def _day(typed: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(typed.get("birth_date", ""))
    except ValueError:
        return None


def _pairs_by(key: str) -> str:
    """Of everybody the index tells which are shared; only who shares one is looked up (`OFFSET` keeps it so)."""
    return f"""
SELECT pair.first, pair.second, '{key}' AS why
FROM (
    SELECT {key} FROM members_likeness WHERE association_id = %(association)s AND {key} <> '' GROUP BY {key}
    HAVING count(*) BETWEEN 2 AND %(crowd)s AND (count(DISTINCT given) < count(*) OR min(given) = '')
) shared
CROSS JOIN LATERAL (
    SELECT a.member_id AS first, b.member_id AS second FROM members_likeness a
    JOIN members_likeness b ON b.association_id = %(association)s AND b.{key} <> '' AND b.{key} = a.{key}
    WHERE a.association_id = %(association)s AND a.{key} <> '' AND a.{key} = shared.{key} AND a.member_id < b.member_id
      AND (a.given = b.given OR a.given = '' OR b.given = '')
      AND (a.letter = b.letter OR a.letter = '' OR b.letter = '')
      AND (a.birth_date = b.birth_date OR a.birth_date IS NULL OR b.birth_date IS NULL)
    OFFSET 0
) pair
"""  # noqa: S608 - the keys stand below


_PAIRS = f"""
SELECT first, second, array_agg(why ORDER BY why)
FROM ({" UNION ALL ".join(map(_pairs_by, ("email", "iban", "name")))}) pair
WHERE NOT EXISTS (SELECT 1 FROM members_notdouble n WHERE n.association_id = %(association)s
                  AND n.first_id = first AND n.second_id = second)
GROUP BY first, second ORDER BY count(*) DESC, first, second LIMIT %(most)s
"""  # noqa: S608 - all of it stands in this file
