"""The measures by name. Each says what it saw; ratios are taken within one run.

None may change what it measures: the engine, the worker and the sandbox are the real ones.
"""

import resource
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ledenbrug.bench.figure import Figure, at_least, at_most, percentile, told
from ledenbrug.bench.ground import (
    BOOKS,
    TOKEN,
    Ground,
    a_connection,
    a_worker,
    asked,
    log,
    round_due,
    turn,
    until,
)
from ledenbrug.bookkeeping.moneybird import translate
from ledenbrug.core.records import Field
from ledenbrug.members import cause
from ledenbrug.members.models import Member
from ledenbrug.sync import packages, reading, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection, Journal, Link, Outcome
from ledenbrug.wire.http import open_client

__all__ = ["MEASURES", "Ground"]
ALL = 300
EDITS = 200


def requests(ground: Ground) -> list[Figure]:
    """How many requests new, changed and unchanged members cost."""
    with ground.sandbox() as url:
        connection = a_connection(url, members=ALL)
        round_due(connection, "enable")
        turn(connection)
        first = asked(url)
        made = sum(count for what, count in first.items() if what.startswith("POST") and what.endswith("/contacts"))
        before = sum(first.values())
        with transaction.atomic():
            cause.set(cause.Cause.IMPORT)
            changed = Member.objects.filter(association=connection.association, number__in=["7", "8", "9"])
            changed.update(city="Gent")
        turn(connection)
        after_change = sum(asked(url).values())
        round_due(connection, "settings")
        turn(connection)
        unchanged = sum(asked(url).values()) - after_change
    return [
        at_most(f"requests that write, {ALL} new members", made, "requests", ALL),
        at_most("requests, 3 changed members", after_change - before, "requests", 3),
        at_most(f"requests, a round over {ALL} unchanged members", unchanged, "requests", 1),
    ]


def latency(ground: Ground) -> list[Figure]:
    """From the commit of an edit to the sandbox's note of the request; idle, a real worker, one edit at a time."""
    with ground.sandbox() as url:
        connection = a_connection(url, members=EDITS)
        round_due(connection, "enable")
        turn(connection)
        members = list(Member.objects.filter(association=connection.association).order_by("id"))
        took: list[float] = []
        with a_worker():
            _edit(members[0], connection, "warm")
            seen = len(log(url, since=0))
            until(lambda: len(log(url, since=0)) >= seen, seconds=30)
            time.sleep(2)
            for n, member in enumerate(members):
                seen = max((int(each["n"]) for each in log(url, since=0)), default=0) if n == 0 else seen
                committed = _edit(member, connection, f"City {n}")
                answers: list[dict[str, Any]] = []
                until(partial(_into, answers, url, seen))
                took.append((answers[0]["at"] - committed) * 1000)
                seen = int(answers[-1]["n"])
                time.sleep(0.03)
    return [
        told(f"edit saved → request, median of {EDITS}", percentile(took, 0.5), "ms"),
        at_most(f"edit saved → request, p95 of {EDITS}", percentile(took, 0.95), "ms", 50),
    ]


def pushes(ground: Ground) -> list[Figure]:
    """A load by a real worker, beside a bare loop of the same calls: serial, one client, same bodies."""
    figures = []
    for delay, share in ((0.0, 0.40), (20.0, 0.90)):
        count = ALL * 2 if not delay else ALL
        with ground.sandbox(delay=delay) as url:
            bare = _bare(url, count)
            connection = a_connection(url, members=count)
            seen = max(int(each["n"]) for each in log(url, since=0))
            links = Link.objects.exclude(contact=None)
            with a_worker():
                round_due(connection, "enable")
                until(partial(_reached, links, count), seconds=180)
            Link.objects.all().delete()
            calls = [each for each in log(url, since=seen) if each["path"].endswith("/contacts")]
            at = [each["at"] for each in calls if each["method"] == "POST"]
            ours = (len(at) - 1) / (at[-1] - at[0])
        figures += [
            told(f"bare loop, {delay:g} ms delay", bare, "requests/s"),
            told(f"pushes by a worker, {delay:g} ms delay", ours, "requests/s"),
            at_least(f"pushes beside the bare loop, {delay:g} ms delay", ours / bare, "of it", share),
        ]
    return figures


def full_round(ground: Ground) -> list[Figure]:
    """Everybody in step: on stored hashes, and after a settings change that changes nothing that is sent."""
    from ledenbrug.sync import rounds

    connection = a_connection("http://127.0.0.1:9", members=ground.members)
    _in_step(connection)
    figures = []
    for what, seconds in (("stored hashes", 1.0), ("after a settings change", 5.0)):
        if what != "stored hashes":
            Connection.objects.filter(id=connection.id).update(revision=connection.revision + 1)
        round_due(connection, "nightly")
        fresh = Connection.objects.select_related("association", "grant").get(id=connection.id)
        began = time.perf_counter()
        rounds.if_due(fresh, fingerprint=fingerprinter(), now=datetime.now(UTC))
        took = time.perf_counter() - began
        figures.append(at_most(f"round over {ground.members} members, {what}", took, "s", seconds))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*figures, at_most("most memory of this process", most, "MB", 150)]


def recovery(ground: Ground) -> list[Figure]:
    """A worker is killed in the middle of a load while another stands by."""
    with ground.sandbox(delay=5) as url:
        connection = a_connection(url, members=ALL * 4)
        took = []
        with a_worker() as first, a_worker() as second:
            round_due(connection, "enable")
            standing = [first, second]
            until(lambda: Link.objects.exclude(contact=None).count() > 20)
            for process in standing[:1]:
                process.kill()
                died = time.monotonic()
                before = Journal.objects.filter(outcome=Outcome.DONE).count()
                until(partial(_reached, Journal.objects.filter(outcome=Outcome.DONE), before + 1))
                took.append(time.monotonic() - died)
        Link.objects.all().delete()
    return [at_most("killed worker: its connection goes on after", max(took), "s", 10)]


def _edit(member: Member, connection: Connection, city: str) -> float:
    """When it was committed."""
    with transaction.atomic():
        cause.set(cause.Cause.EDIT)
        Member.objects.filter(id=member.id).update(city=city)
        wake.association(connection.association_id)
    return time.time()


def _reached(rows: "QuerySet[Any]", count: int) -> bool:
    return rows.count() >= count


def _into(answers: list[dict[str, Any]], url: str, since: int) -> bool:
    answers.extend(log(url, since=since))
    return bool(answers)


def _bare(url: str, count: int) -> float:
    bodies = [
        {
            "contact": translate.for_create(
                {
                    Field.COMPANY: "", Field.FIRST_NAME: "Given", Field.LAST_NAME: f"Bare{n}",
                    Field.ADDRESS: f"Kaalweg {n}", Field.ADDRESS_EXTRA: "", Field.POSTCODE: "9876 ZZ",
                    Field.CITY: "Brugge", Field.COUNTRY: "NL", Field.EMAIL: f"b{n}@members.example",
                    Field.CUSTOMER_NUMBER: f"BARE-{n}",
                },
                choices={},
            )
        }
        for n in range(count)
    ]  # fmt: skip
    with open_client() as client:
        began = time.perf_counter()
        for body in bodies:
            answer = client.post(
                f"{url}/api/v2/{BOOKS}/contacts.json", json=body, headers={"Authorization": f"Bearer {TOKEN}"}
            )
            assert answer.status_code == 201, answer.status_code
        return count / (time.perf_counter() - began)


def _in_step(connection: Connection) -> None:
    """As after a load: every link there, with what was sent and the digest of the records behind it."""
    now, fingerprint = datetime.now(UTC), fingerprinter()
    translation = packages.get(connection.package).translation
    rows: list[Link] = []
    for read in list(reading.differing(connection, now=now)):
        sent = {each.value: fingerprint(each, value) for each, value in read.desired.values.items()}
        rows.append(
            Link(
                association_id=connection.association_id, package=connection.package,
                administration=connection.administration, payer=read.desired.payer, contact=str(len(rows) + 1),
                number=read.desired.values[Field.CUSTOMER_NUMBER], sent=sent, translation=translation,
                source=read.digest, version="1", sent_at=now,
            )
        )  # fmt: skip
    Link.objects.bulk_create(rows, batch_size=2000)
    Connection.objects.filter(id=connection.id).update(matched_at=now)


MEASURES: Mapping[str, Callable[[Ground], list[Figure]]] = {
    "requests": requests,
    "latency": latency,
    "pushes": pushes,
    "round": full_round,
    "recovery": recovery,
}
