"""Who let us in, into which divisions, and what can be chosen there: the requests that are made before a connection.

It must not read or write any relation.
"""

from collections.abc import Sequence

from ledenbrug.bookkeeping.exact_online import answers, asking, translate
from ledenbrug.bookkeeping.exact_online.asking import Row
from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.line import Line
from ledenbrug.core.port import Administration
from ledenbrug.core.reasons import Reason

ACTIVE = 1
_LISTS = (
    # endpoint, name of the number that people know; the second where the first is not in the licence
    ("system/Divisions", "Code,Description,Hid,Status,BlockingStatus", "Hid"),
    ("hrm/Divisions", "Code,Description,HID,Status,BlockingStatus", "HID"),
)


def user(line: Line) -> str:
    return str(_me(line).get("UserID") or "")


def administrations(line: Line) -> Sequence[Administration]:
    """By name and number as people know them; the code that addresses it stays inside."""
    current = str(_me(line).get("CurrentDivision") or "")
    if not current:
        raise LoginNeeded(Reason.NO_ACCESS)
    division = asking.Division(line, current)
    for endpoint, select, number in _LISTS:
        answer = division.ask("GET", endpoint, params={"$select": select})
        if answer.status == 200:
            rows, following = asking.page(answer)
            rows += division.pages(endpoint, following)
            if rows:
                return [_administration(each, number) for each in rows if translate.text(each, "Code")]
        elif answer.status not in (403, 404):
            raise division.trouble(answer)
    return [Administration(current, current)]


def payment_conditions(line: Line, administration: str) -> Sequence[tuple[str, str]]:
    rows = asking.Division(line, administration).rows(asking.CONDITIONS, select="Code,Description")
    return [(translate.text(each, "Code"), translate.text(each, "Description")) for each in rows]


def _administration(row: Row, number: str) -> Administration:
    """A user's own list says nothing of some: what is not known to be closed is open."""
    known = f"{translate.text(row, 'Description')} ({translate.text(row, number)})".removesuffix(" ()")
    usable = row.get("Status") in (None, ACTIVE) and not row.get("BlockingStatus")
    return Administration(translate.text(row, "Code"), known, usable=usable)


def _me(line: Line) -> Row:
    answer = line.request("GET", "/api/v1/current/Me", params={"$select": "CurrentDivision,UserID"})
    if answer.status != 200:
        raise answers.verdict(answer, now=line.now())
    rows, _ = asking.page(answer)
    if not rows:
        raise Temporary(Reason.NOT_JSON)
    return rows[0]
