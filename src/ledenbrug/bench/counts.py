"""How many requests it takes: new, changed and unchanged members, contacts that are there already, a lost answer.

It counts what the sandbox was asked, and no clock.
"""

import math
from datetime import UTC, datetime, timedelta

from django.db import transaction

from ledenbrug.bench.far_side import Ground, a_member_more, arm, asked, connect, log, round_due, settle
from ledenbrug.bench.figure import Figure, at_most, told
from ledenbrug.members import cause
from ledenbrug.members.models import Member
from ledenbrug.sync.models import Connection


def measure(ground: Ground) -> list[Figure]:
    return [*_members(ground), *_contacts(ground), *_lost_answers(ground)]


def _members(ground: Ground) -> list[Figure]:
    new = ground.some(300)
    changed = max(new // 20, 1)  # as many as go without a person's yes
    with ground.sandbox() as url:
        connection = connect(url, members=new)
        round_due(connection, "enable")
        settle(connection)
        first, made = _total(url), _written(url)
        numbers = [str(n) for n in range(1, changed + 1)]
        with transaction.atomic():
            cause.set(cause.Cause.IMPORT)
            Member.objects.filter(association=connection.association, number__in=numbers).update(city="Gent")
        settle(connection)
        after_change = _total(url)
        looked, unchanged = (_night(connection, url, day) for day in (1, 2))
    beside = 2 + math.ceil(new / 100)
    return [
        at_most(f"requests that write, {new} new members", made, "requests", new),
        at_most("… reads beside them: who is there, and what we wrote once more", first - made, "requests", beside),
        at_most(f"requests, {changed} of {new} members changed", after_change - first, "requests", changed),
        told("… the next round reads those once more", looked, "requests"),
        at_most(f"requests, a nightly round over {new} unchanged members", unchanged, "requests", 1),
    ]


def _night(connection: Connection, url: str, day: int) -> int:
    """Days apart: what changed there within two minutes is read once more whenever one looks."""
    before = _total(url)
    round_due(connection, "nightly")
    settle(connection, later=timedelta(days=day))
    return _total(url) - before


def _contacts(ground: Ground) -> list[Figure]:
    there, new = ground.some(1000), ground.some(20)
    with ground.sandbox(contacts=there) as url:
        connection = connect(url, members=new)
        round_due(connection, "enable")
        settle(connection)
        entries = log(url)
        first = next((place for place, each in enumerate(entries) if _writes(each["method"], each["path"])), -1)
    return [
        at_most(f"reads before the first write, {there} contacts there", first, "requests", math.ceil(there / 100) + 1)
    ]


def _lost_answers(ground: Ground) -> list[Figure]:
    figures = []
    for kind, what, most in (("lost_answer", "it was carried out", 2), ("reset", "it was not", 4)):
        with ground.sandbox() as url:
            connection = connect(url, members=0, matched=True)
            arm(url, {"kind": kind, "match": "POST /contacts"})
            before = _total(url)
            a_member_more(connection, now=datetime.now(UTC))
            settle(connection)
            found = _total(url) - before
        figures.append(at_most(f"requests for one new member, the answer lost, {what}", found, "requests", most))
    return figures


def _total(url: str) -> int:
    return sum(asked(url).values())


def _written(url: str) -> int:
    return sum(_writes(*what.split(" ", 1)) * count for what, count in asked(url).items())


def _writes(method: str, path: str) -> bool:
    return method in ("POST", "PATCH") and "synchronization" not in path
