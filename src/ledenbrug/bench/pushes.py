"""How fast a load goes beside a bare loop of the same requests: serial, one client, the same bodies, in the same run.

The loop before and the loop after are averaged, for a machine is not equally busy all the time.
"""

import time

from ledenbrug.bench.far_side import BOOKS, TOKEN, Ground, a_worker, connect, leave, log, round_due, until
from ledenbrug.bench.figure import Figure, at_least, told
from ledenbrug.bookkeeping.moneybird import translate
from ledenbrug.core.records import Field
from ledenbrug.sync import wake
from ledenbrug.sync.models import Link
from ledenbrug.wire.http import open_client

SHARES = ((0.0, 0.40, 1000), (20.0, 0.90, 300))
"""Delay in ms, least share of the bare loop, members."""


def measure(ground: Ground) -> list[Figure]:
    figures = []
    for delay, least, members in SHARES:
        many = ground.some(members, least=10)
        with ground.sandbox(delay=delay) as url:
            before = bare(url, many, prefix="A")
            ours = _ours(url, many)
            after = bare(url, many, prefix="B")
        alone = 2 / (1 / before + 1 / after)
        figures += [
            told(f"bare loop, {delay:g} ms delay", alone, "requests/s"),
            told(f"a load by one worker, {delay:g} ms delay", ours, "requests/s"),
            at_least(f"load beside the bare loop, {delay:g} ms delay", ours / alone, "of it", least),
        ]
    return figures


def _ours(url: str, members: int) -> float:
    connection = connect(url, members=members, matched=True)
    seen = int(log(url)[-1]["n"])
    links = Link.objects.filter(association=connection.association).exclude(contact=None)
    with a_worker():
        round_due(connection, "enable")
        wake.connection(connection.id)
        until(lambda: links.count() == members, seconds=300, step=0.2)
    leave(connection)
    at = [each["at"] for each in log(url, since=seen, method="POST") if each["path"].endswith("/contacts")]
    return float((len(at) - 1) / (at[-1] - at[0]))


def bare(url: str, count: int, *, prefix: str) -> float:
    """Requests a second."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    made = bodies(count, prefix)
    with open_client() as client:
        began = time.perf_counter()
        for body in made:
            answer = client.post(f"{url}/api/v2/{BOOKS}/contacts.json", json=body, headers=headers)
            if answer.status_code != 201:
                raise RuntimeError(f"the sandbox answered {answer.status_code}")
        return count / (time.perf_counter() - began)


def bodies(count: int, prefix: str) -> list[dict[str, object]]:
    return [{"contact": translate.for_create(_values(n, prefix), choices={})} for n in range(count)]


def _values(n: int, prefix: str) -> dict[Field, str]:
    return {
        Field.COMPANY: "", Field.FIRST_NAME: "Given", Field.LAST_NAME: f"Invented{n}", Field.ADDRESS: f"Brugweg {n}",
        Field.ADDRESS_EXTRA: "", Field.POSTCODE: "1234 AB", Field.CITY: "Brugge", Field.COUNTRY: "NL",
        Field.EMAIL: f"{prefix.lower()}{n}@members.example", Field.CUSTOMER_NUMBER: f"{prefix}-{n}",
    }  # fmt: skip
