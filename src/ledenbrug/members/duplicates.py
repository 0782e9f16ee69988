"""Finds members who are probably registered twice: same e-mail address, same account, same name and date of birth.

It must not merge them: a family shares an address and an account, so a person looks first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower

from ledenbrug.members import validation
from ledenbrug.members.models import Association, Member
from ledenbrug.members.validation import Unfit

MOST = 200
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
    members: Any = Member.objects.of(association).filter(deleted_at=None)
    members = members.annotate(
        any_email=Lower("email"),
        last=Func(F("last_name"), function="members_fold", output_field=TextField()),
        given=Func(F("given_name"), function="members_fold", output_field=TextField()),
    )
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
    named = Q(birth_date=born, last=_folded(last)) if last and born else None
    return {
        "email": Q(any_email=email.lower()) if email else None,
        "iban": Q(iban=iban) if iban else None,
        "name": named & (Q(given=_folded(given)) | Q(given="")) if named and given else named,
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


_PAIRS = """
WITH m AS (
    SELECT id, lower(email) AS email, iban, birth_date, members_fold(last_name) AS last_name,
           members_fold(given_name) AS given,
           left(members_fold(coalesce(nullif(given_name, ''), initials)), 1) AS letter
    FROM members_member WHERE association_id = %(association)s AND deleted_at IS NULL
), key AS (
    SELECT why, what, id, count(*) OVER (PARTITION BY why, what) AS many FROM (
        SELECT 'email' AS why, email AS what, id FROM m WHERE email <> ''
        UNION ALL SELECT 'iban', iban, id FROM m WHERE iban <> ''
        UNION ALL SELECT 'name', last_name || '|' || birth_date, id FROM m WHERE birth_date IS NOT NULL
    ) each
)
SELECT a.id, b.id, array_agg(x.why ORDER BY x.why)
FROM key x JOIN key y ON y.why = x.why AND y.what = x.what AND x.id < y.id
JOIN m a ON a.id = x.id JOIN m b ON b.id = y.id
WHERE x.many <= %(crowd)s
  AND (a.given = b.given OR a.given = '' OR b.given = '')
  AND (a.letter = b.letter OR a.letter = '' OR b.letter = '')
  AND (a.birth_date = b.birth_date OR a.birth_date IS NULL OR b.birth_date IS NULL)
  AND NOT EXISTS (SELECT 1 FROM members_notdouble n WHERE n.association_id = %(association)s
                  AND n.first_id = a.id AND n.second_id = b.id)
GROUP BY a.id, b.id ORDER BY count(*) DESC, a.id, b.id LIMIT %(most)s
"""
