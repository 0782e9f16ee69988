"""Contact persons of accounts: which one is ours, what stands there, and the writes that get there.

Ours bears a number that follows from its account. Any other is read where ours is not there, and never written.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from ledenbrug.bookkeeping.exact_online.answers import Entity
from ledenbrug.bookkeeping.exact_online.asking import PERSONS, PERSONS_BULK, Division, Row
from ledenbrug.bookkeeping.exact_online.translate import day, infix, text
from ledenbrug.core.compare import same
from ledenbrug.core.errors import Rejected
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, Field, Group, Values

SELECT = "ID,Account,HID,FirstName,MiddleName,LastName,Email,EndDate,IsMainContact,Modified"
FIRST = 1_000_000_000
"""Our numbers begin where nobody counts by hand, and end before 32 bits do."""


def of_everyone(division: Division) -> Mapping[str, list[Row]]:
    """In pages of a thousand."""
    rows = list(division.rows(PERSONS_BULK, select=SELECT))
    division.sure(PERSONS, bool(rows))
    return _by_account(rows)


def of_some(division: Division, accounts: Sequence[str]) -> Mapping[str, list[Row]]:
    return _by_account(division.of(PERSONS, accounts, select=SELECT, by="Account"))


def values(there: Sequence[Row], *, today: date) -> Values:
    """Of ours; where it is not there, of the one that leads."""
    living = [each for each in there if _lives(each, today=today)]
    person: Row = max(living, key=lambda each: (is_ours(each), bool(each.get("IsMainContact"))), default={})
    return {
        Field.PERSON_FIRST_NAME: text(person, "FirstName"),
        Field.PERSON_LAST_NAME: " ".join(filter(None, (text(person, "MiddleName"), text(person, "LastName")))),
        Field.PERSON_EMAIL: text(person, "Email"),
    }


def bring(division: Division, account: str, wanted: Values, *, there: Sequence[Row], today: date) -> list[Row]:
    """What stands there afterwards. Nothing is written where somebody else already says the same."""
    ours = next((each for each in there if is_ours(each)), None)
    stands = values(there, today=today)
    if all(same(each, wanted.get(each, ""), stands[each]) for each in FIELDS[Group.PERSON]):
        return [*there]
    if not (wanted[Field.PERSON_FIRST_NAME] or wanted[Field.PERSON_LAST_NAME]):
        return _ended(division, ours, there=there, today=today)
    if ours is None:
        return [*there, _made(division, account, wanted)]
    alone = values([{**ours, "EndDate": None}], today=today)
    properties = {
        key: value or None
        for each, spelled in _SPELLED.items()
        if not same(each, wanted.get(each, ""), alone[each])
        for key, value in spelled(wanted.get(each, "")).items()
    }
    if ours.get("EndDate"):
        properties["EndDate"] = None
    return _changed(division, ours, properties, there=there)


def number(account: str) -> int:
    digest = hashlib.blake2b(account.casefold().encode(), digest_size=8).digest()
    return FIRST + int.from_bytes(digest) % FIRST


def is_ours(person: Row) -> bool:
    return str(person.get("HID")) == str(number(text(person, "Account")))


def _lives(person: Row, *, today: date) -> bool:
    ends = day(person.get("EndDate"))
    return ends is None or ends > today


def _made(division: Division, account: str, wanted: Values) -> Row:
    told = {key: value for each, spelled in _SPELLED.items() for key, value in spelled(wanted[each]).items() if value}
    row = division.brought("POST", PERSONS, Entity.PERSON, {"Account": account, "HID": number(account), **told})
    if not row.get("Modified"):  # the answer holds the id alone
        there = division.of(PERSONS, [account], select=SELECT, by="Account")
        row = next((each for each in there if text(each, "ID") == text(row, "ID")), row)
    if not is_ours(row):  # numbered otherwise, we would not know it again
        division.ask("DELETE", PERSONS, key=text(row, "ID"))
        raise Rejected(Reason.REFUSED, field=Field.PERSON_LAST_NAME)
    return row


def _ended(division: Division, ours: Row | None, *, there: Sequence[Row], today: date) -> list[Row]:
    if ours is None or not _lives(ours, today=today):
        return [*there]
    return _changed(division, ours, {"EndDate": today.isoformat()}, there=there)


def _changed(division: Division, ours: Row, properties: Row, *, there: Sequence[Row]) -> list[Row]:
    row = division.brought("PUT", PERSONS, Entity.PERSON, properties, before=ours) if properties else ours
    return [row if each is ours else each for each in there]


def _by_account(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for each in rows:
        found.setdefault(text(each, "Account"), []).append(each)
    return found


def _last_name(value: str) -> dict[str, str]:
    before, rest = infix(value)
    return {"MiddleName": before, "LastName": rest}


_SPELLED: Mapping[Field, Callable[[str], dict[str, str]]] = {
    Field.PERSON_FIRST_NAME: lambda value: {"FirstName": value},
    Field.PERSON_LAST_NAME: _last_name,
    Field.PERSON_EMAIL: lambda value: {"Email": value},
}
