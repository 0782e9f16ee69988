"""Reads the membership records as the payers of one connection, each with a digest of everything behind it.

One statement, whoever is asked for; it decides nothing and writes nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection as database
from django.db.backends.utils import CursorWrapper

from ledenbrug.core.records import FIELDS, Desired, Field, Group, PayerKey, Standing
from ledenbrug.sync import packages, prepared
from ledenbrug.sync.models import Connection
from ledenbrug.wire import sealing

PAYER = "COALESCE('d' || {m}.payer_details_id, 'm' || COALESCE({m}.payer_member_id, {m}.id))"
AT_ONCE = 2000
"""Rows in memory together."""
FEW = 100
"""Asked for so few, the best plan is always the same one."""
SHARED = (
    "email", "phone", "address", "address_extra", "postcode", "city", "country", "iban", "bic", "account_holder",
)  # fmt: skip
_AS_THEY_ARE = tuple(Field(each) for each in SHARED if each not in ("iban", "bic", "account_holder"))
SMALL = 250
"""An association of so few members is read at once."""
READ: Mapping[str, tuple[str, ...]] = {
    "members_member": (
        "association_id", "number", "initials", "given_name", "infix", "last_name", "second_infix", "second_last_name",
        "name_use", *SHARED, "invoice_email", "status_id", "payer_member_id", "payer_details_id", "deleted_at",
    ),
    "members_payerdetails": ("association_id", "organisation", "first_name", "infix", "last_name", *SHARED),
    "members_mandate": ("association_id", "member_id", "financial_administration_id", "reference", "signed", "ended"),
    "members_memberstatus": ("association_id", "name", "deceased"),
}  # fmt: skip
"""Every table and column read below. The triggers that touch are made from this list."""

_SOURCE = """
WITH carried AS (
    SELECT {payer} AS payer,
           bool_or(m.deleted_at IS NULL AND NOT t.deceased AND m.status_id IN (
               SELECT status_id FROM sync_connectionstatus WHERE connection_id = %(connection)s)) AS selected
    FROM members_member m JOIN members_memberstatus t ON t.id = m.status_id
    WHERE m.association_id = %(association)s {of_carriers}
    GROUP BY 1
), mandate AS (
    SELECT DISTINCT ON (payer) payer, reference, signed, live FROM (
        SELECT COALESCE('d' || m.payer_details_id, 'm' || m.id) AS payer, d.reference, d.signed, d.id,
               d.signed <= %(today)s AND (d.ended IS NULL OR d.ended > %(today)s) AS live
        FROM members_mandate d JOIN members_member m ON m.id = d.member_id
        WHERE %(sepa)s AND d.association_id = %(association)s
          AND d.financial_administration_id = %(financial_administration)s AND m.deleted_at IS NULL {of_mandated}
    ) each ORDER BY payer, live DESC, signed DESC, id DESC
), payer AS (
    SELECT 'm' || m.id AS payer, m.number AS number, '' AS organisation,
           COALESCE(NULLIF(m.given_name, ''), m.initials) AS first_name,
           CASE m.name_use WHEN 'first' THEN COALESCE({first}, '') WHEN 'second' THEN COALESCE({second}, {first}, '')
                WHEN 'reversed' THEN concat_ws('-', {second}, {first}) ELSE concat_ws('-', {first}, {second})
           END AS last_name,
           COALESCE(NULLIF(m.invoice_email, ''), m.email) AS email, {shared_of_m},
           t.name AS status, COALESCE(t.deceased, false) AS deceased
    FROM members_member m LEFT JOIN members_memberstatus t ON t.id = m.status_id
    WHERE m.association_id = %(association)s {of_members}
    UNION ALL
    SELECT 'd' || d.id, 'F' || d.id, d.organisation, d.first_name,
           concat_ws(' ', NULLIF(d.infix, ''), NULLIF(d.last_name, '')),
           {shared_of_d}, '', false
    FROM members_payerdetails d
    WHERE d.association_id = %(association)s {of_details}
), source AS (
    SELECT p.*, CASE WHEN p.deceased THEN 'deceased' WHEN c.selected THEN 'selected' ELSE 'left' END AS standing,
           CASE WHEN d.live THEN d.reference END AS mandate, CASE WHEN d.live THEN d.signed END AS signed,
           d.payer IS NOT NULL AND NOT d.live AS mandate_ended
    FROM payer p LEFT JOIN carried c ON c.payer = p.payer LEFT JOIN mandate d ON d.payer = p.payer
)
"""
_COLUMNS = {
    "first": "NULLIF(concat_ws(' ', NULLIF(m.infix, ''), NULLIF(m.last_name, '')), '')",
    "second": "NULLIF(concat_ws(' ', NULLIF(m.second_infix, ''), NULLIF(m.second_last_name, '')), '')",
    "payer": PAYER.format(m="m"),
    "shared_of_m": ", ".join(f"m.{each}" for each in SHARED[1:]),
    "shared_of_d": ", ".join(f"d.{each}" for each in SHARED),
}
_EVERYONE = _SOURCE.format(**_COLUMNS, of_carriers="", of_mandated="", of_members="", of_details="")
_SOME = _SOURCE.format(
    **_COLUMNS,
    of_carriers="""AND (m.payer_member_id = ANY(%(members)s) OR m.payer_details_id = ANY(%(details)s)
           OR (m.id = ANY(%(members)s) AND m.payer_member_id IS NULL AND m.payer_details_id IS NULL))""",
    of_mandated="AND (m.id = ANY(%(members)s) OR m.payer_details_id = ANY(%(details)s))",
    of_members="AND m.id = ANY(%(members)s)",
    of_details="AND d.id = ANY(%(details)s)",
)
_ASKED = f"""{_SOME}
SELECT s.*, sha256(convert_to(%(rules)s || s::text, 'UTF8')) AS digest, false AS settled FROM source s
"""
_DIFFERING = f"""{_EVERYONE}
SELECT s.*, l.source IS NOT DISTINCT FROM s.digest AS settled FROM (
    SELECT s.*, sha256(convert_to(%(rules)s || s::text, 'UTF8')) AS digest FROM source s
) s
LEFT JOIN sync_link l ON l.association_id = %(association)s AND l.package = %(package)s
                     AND l.administration = %(administration)s AND l.payer = s.payer
WHERE CASE WHEN l.id IS NULL THEN s.standing = 'selected'
           ELSE %(anew)s OR l.unsure OR l.source IS DISTINCT FROM s.digest END
"""

_SELECTED = f"{_EVERYONE} SELECT count(*) FROM source WHERE standing = 'selected'"


@dataclass(frozen=True, slots=True)
class Read:
    """One payer as the records have it now."""

    desired: Desired
    digest: bytes
    """Stays the same while nothing behind the contact changes."""
    settled: bool = False
    """The link has this digest already."""


def asked(connection: Connection, payers: Iterable[PayerKey], *, now: datetime) -> dict[PayerKey, Read]:
    """The payers asked for; one whose record is no more counts as left."""
    wanted = set(payers)
    parameters = _parameters(connection, now=now) | _named(wanted)
    with prepared.cursor() if len(wanted) <= FEW else database.chunked_cursor() as cursor:
        found = {row.desired.payer: row for row in _rows(cursor, _ASKED, connection, parameters)}
    for payer in wanted - found.keys():
        found[payer] = Read(Desired(payer, Standing.LEFT, {}), hashlib.sha256(b"no record").digest())
    return found


def differing(connection: Connection, *, now: datetime) -> Iterator[Read]:
    """Everyone whose records changed since they were last found in step; not a value of the rest is looked at.

    Everyone there is, when the settings changed what is sent.
    """
    with prepared.cursor() if _is_small(connection) else database.chunked_cursor() as cursor:
        yield from _rows(cursor, _DIFFERING, connection, _parameters(connection, now=now))


def _is_small(connection: Connection) -> bool:
    """Planning the statement takes the database longer than reading so few."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) <= %s FROM (SELECT FROM members_member WHERE association_id = %s LIMIT %s) found""",
            [SMALL, connection.association_id, SMALL + 1],
        )
        return bool(cursor.fetchone()[0])


def selected(connection: Connection, *, now: datetime) -> int:
    """How many payers go over."""
    with database.cursor() as cursor:
        cursor.execute(_SELECTED, _parameters(connection, now=now))
        return int(cursor.fetchone()[0])


def _rows(
    cursor: CursorWrapper, statement: str, connection: Connection, parameters: Mapping[str, Any]
) -> Iterator[Read]:
    groups = frozenset(Group(each) for each in connection.groups)
    fields = [each for group in FIELDS if group in groups for each in FIELDS[group]]
    number = partial(packages.get(connection.package).number, connection.prefix)
    cursor.execute(statement, parameters)
    names = [column.name for column in cursor.description or ()]
    while rows := cursor.fetchmany(AT_ONCE):
        for values in rows:
            row = dict(zip(names, values, strict=True))
            yield Read(_desired(row, fields=fields, number=number), bytes(row["digest"]), row["settled"])


def _parameters(connection: Connection, *, now: datetime) -> dict[str, Any]:
    return {
        "association": connection.association_id,
        "package": connection.package,
        "administration": connection.administration,
        "financial_administration": connection.financial_administration_id,
        "connection": connection.id,
        "sepa": Group.SEPA.value in connection.groups,
        "today": today(connection, now=now),
        "anew": connection.looked_revision != connection.revision,
        "rules": _rules(connection),
    }


def _named(payers: set[PayerKey]) -> dict[str, list[int]]:
    return {
        "members": [int(each[1:]) for each in payers if each.startswith("m")],
        "details": [int(each[1:]) for each in payers if each.startswith("d")],
    }


def today(connection: Connection, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(connection.association.time_zone)).date()


def _rules(connection: Connection) -> str:
    """Makes a digest differ when the translation does, and worthless to whoever copies the database."""
    rules = f"{connection.id}:{packages.get(connection.package).translation}"
    return hashlib.blake2b(rules.encode(), key=sealing.fingerprint_key()[:64], digest_size=16).hexdigest()


def _desired(row: Mapping[str, Any], *, fields: Sequence[Field], number: Callable[[str], str]) -> Desired:
    payer, standing = PayerKey(row["payer"]), Standing(row["standing"])
    ended = bool(row["mandate_ended"])
    if standing is not Standing.SELECTED:
        return Desired(payer, standing, {}, mandate_ended=ended)
    values = {
        Field.COMPANY: row["organisation"],
        Field.FIRST_NAME: "" if row["organisation"] else row["first_name"],
        Field.LAST_NAME: "" if row["organisation"] else row["last_name"],
        Field.CUSTOMER_NUMBER: number(row["number"]),
        Field.MEMBER_NUMBER: row["number"],
        Field.STATUS: row["status"],
        **{each: row[each] for each in _AS_THEY_ARE},
        **_person(row),
        **_sepa(row),
    }
    return Desired(payer, standing, {each: values[each].strip() for each in fields if each in values}, ended)


def _person(row: Mapping[str, Any]) -> dict[Field, str]:
    """Of an organisation the person that is named with it, where there is one."""
    named = row["first_name"].strip() or row["last_name"].strip()
    return {
        Field.PERSON_FIRST_NAME: row["first_name"],
        Field.PERSON_LAST_NAME: row["last_name"],
        Field.PERSON_EMAIL: row["email"] if named else "",
    }


def _sepa(row: Mapping[str, Any]) -> dict[Field, str]:
    """With a mandate everything that direct debit needs; without one only that there is none."""
    if not row["mandate"] or not row["iban"]:
        return {Field.DIRECT_DEBIT: ""}
    return {
        Field.DIRECT_DEBIT: "yes",
        Field.IBAN: row["iban"],
        Field.BIC: "" if row["iban"].startswith("NL") else row["bic"],  # every package derives a Dutch one by itself
        Field.ACCOUNT_HOLDER: row["account_holder"] or f"{row['first_name']} {row['last_name']}".strip(),
        Field.MANDATE_REFERENCE: row["mandate"],
        Field.MANDATE_SIGNED: row["signed"].isoformat(),
    }
