"""Exact Online: a first load with bank accounts and mandates under its limit, and a comparison with many relations.

The limit is its own sixty, in windows shorter than a minute; it only tells what the sandbox saw.
"""

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from stdnum import iban

from ledenbrug.bench.alone import alone
from ledenbrug.bench.far_side import SINCE, Ground, a_worker, connect, leave, log, round_due, until
from ledenbrug.bench.figure import Figure, at_least, at_most, told
from ledenbrug.core.records import ALWAYS, Field, Group
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync import lines, packages, reading, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection, Link, Touched

PACKAGE, DIVISION = "exact_online", "900001"
WITH_SEPA = ALWAYS | {Group.SEPA}
SLOTS, SECONDS = 60, 2
ACCOUNTS, BESIDE = "crm/Accounts", ("crm/BankAccounts", "cashflow/DirectDebitMandates")


def measure(ground: Ground) -> list[Figure]:
    return [*_load(ground), *_compare(ground)]


def _load(ground: Ground) -> list[Figure]:
    members, limit = ground.some(1000, least=2 * SLOTS // 3), f"{SLOTS}/{SECONDS}"
    with (
        ground.sandbox(PACKAGE, limit=limit, administrations=(DIVISION,)) as url,
        a_worker(LEDENBRUG_EXACT_ONLINE_LIMIT=limit),
    ):
        connection = connect(url, PACKAGE, members=members, administration=DIVISION, groups=WITH_SEPA, matched=True)
        _mandates(connection)
        time.sleep(SECONDS - time.time() % SECONDS + 0.05)
        round_due(connection, "enable")
        wake.connection(connection.id)
        links = Link.objects.filter(association=connection.association, unsure=False).exclude(contact=None)
        there = links.filter(promised=None)
        until(lambda: there.count() == members, seconds=60 + members * 3 / SLOTS * SECONDS * 4, step=0.2)
        leave(connection)
        entries = log(url)
    writes = [each for each in entries if each["method"] == "POST" and each["status"] == 201]
    windows = len(writes) / SLOTS
    began = entries[0]["at"] // SECONDS * SECONDS
    accounts, beside = _passes(writes)
    took = (writes[-1]["at"] - began) / SECONDS
    reads = entries.index(writes[-1]) + 1 - len(writes)
    return [
        at_most(f"{members} new members with bank account and mandate: requests that write", len(writes),
                "requests", 3 * members),
        at_least("… accounts made before the first bank account", len(accounts), "members", members),
        at_least("… members of whom the bank account came next, and then the mandate", _in_order(beside), "members",
                 members),
        told("… the last account there after", 100 * (accounts[-1]["at"] - began) / (writes[-1]["at"] - began),
             "% of the time"),
        at_most("… requests that read, until the last of those", reads, "requests", members * 0.06),
        at_most(f"… under {limit} s, beside requests that write ÷ limit", took / windows, "times", 1.02),
        at_most("… refused by the limit", sum(each["status"] == 429 for each in entries), "answers", 0),
        told("… requests that read afterwards, for the comparison", len(entries) - len(writes) - reads, "requests"),
    ]  # fmt: skip


def _passes(writes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    first = next(at for at, each in enumerate(writes) if not each["path"].endswith(ACCOUNTS))
    return writes[:first], writes[first:]


def _in_order(writes: list[dict[str, Any]]) -> int:
    """One request at a time, so the two of a member follow one another."""
    kinds = [next((kind for kind in BESIDE if each["path"].endswith(kind)), ACCOUNTS) for each in writes]
    return sum(tuple(kinds[at : at + 2]) == BESIDE for at in range(0, len(kinds), 2))


def _mandates(connection: Connection) -> None:
    members = list(Member.objects.filter(association=connection.association))
    for n, member in enumerate(members, 1):
        account = f"INGB{n:010}"
        member.iban = f"NL{iban.calc_check_digits('NL00' + account)}{account}"
    Member.objects.bulk_update(members, ["iban"], batch_size=1000)
    Mandate.objects.bulk_create(
        Mandate(
            association=connection.association, member=each, reference=f"M-{each.number}", signed=SINCE,
            financial_administration=connection.financial_administration,
        )
        for each in members
    )  # fmt: skip
    Touched.objects.filter(connection=connection).delete()


def _compare(ground: Ground) -> list[Figure]:
    many = ground.some(100_000)
    with ground.sandbox(PACKAGE, limit="none", administrations=(DIVISION,), contacts=many) as url:
        connection = connect(url, PACKAGE, members=many, administration=DIVISION, matched=True)
        _in_step(connection)
        before = len(log(url))
        Connection.objects.filter(id=connection.id).update(check_due_at=datetime.now(UTC))
        found = alone("compare", str(connection.id))
        leave(connection)
        asked = Counter(each["method"] for each in log(url)[before:])
    return [
        at_most(f"{many} relations compared in bulk: our process worked", found["worked"], "s", 5),
        told("… from beginning to end, most of it the sandbox", found["seconds"], "s"),
        told("… most memory of that process", found["most"], "MB"),
        at_most("… requests", asked["GET"], "requests", many / 1000 + 1),
        at_most("… differences found where there are none", found["differences"], "relations", 0),
    ]


def _in_step(connection: Connection) -> None:
    """As after a load: every relation there is one's of ours, with the version it has."""
    now, fingerprint = datetime.now(UTC), fingerprinter()
    with lines.books(connection, urgent=lambda: True, clock=lambda: datetime.now(UTC)) as books:
        heads = books.heads()
        payers = (each.desired for each in reading.differing(connection, now=now))
        rows = [
            Link(
                association_id=connection.association_id, package=PACKAGE, administration=DIVISION,
                payer=payer.payer, contact=contact, number=payer.values[Field.CUSTOMER_NUMBER],
                sent={each.value: fingerprint(each, value) for each, value in payer.values.items()},
                translation=packages.get(PACKAGE).translation, version=head.version, sent_at=now,
            )
            for payer, (contact, head) in zip(payers, heads.items(), strict=False)
        ]  # fmt: skip
    Link.objects.bulk_create(rows, batch_size=2000)
