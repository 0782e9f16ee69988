"""What a large association and its connection have been through: steps, questions, differences, an import, proposals.

It writes down what such a past leaves behind; nothing of it was done. What it made is told as `Past`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, F
from django.db.models.functions import Cast

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Group
from ledenbrug.members import custom, duplicates, operations
from ledenbrug.members.models import (
    Assignment,
    Association,
    CustomField,
    ErasureProposal,
    FillRequest,
    FinancialAdministration,
    Kind,
    Mandate,
    Member,
    MemberStatus,
    Note,
    ProposedChange,
    Task,
    TaskKind,
)
from ledenbrug.members.sources import spreadsheet
from ledenbrug.sync import preview
from ledenbrug.sync.models import Cause, Connection, Drift, Journal, Link, Outcome, Problem, Run, Touched
from ledenbrug.wire import sealing

MANY = 1000
FILE = ("Lidnummer", "Achternaam", "Woonplaats")


@dataclass(frozen=True)
class Past:
    association: Association
    connection: Connection
    off: Connection
    """Another one, that shows what it would do."""
    members: Sequence[int]
    deleted: int
    statuses: Mapping[str, MemberStatus]
    own: Sequence[CustomField]
    archived: int
    """A field of their own that is no longer used."""
    double: tuple[int, int]
    busy: int
    """A member with many notes."""
    mandate: Mandate
    note: int
    proposed: int
    bulk_change: int
    round: int
    """In which everybody was asked to fill in a field, and every third answered."""
    an_import: int
    task: int
    """That no worker took up yet."""
    administration: int
    assignment: int
    step: int


def leave_behind(connection: Connection, assignment: Assignment, *, now: datetime) -> Past:
    association = connection.association
    rows = Member.objects.of(association).filter(deleted_at=None)
    members = list(rows.order_by("id").values_list("id", flat=True))
    statuses = {each.name: each for each in MemberStatus.objects.of(association)}
    step = _of_connection(connection, now=now)
    proposed = _proposals(list(rows.order_by("id")[:200]), now=now)
    ErasureProposal.objects.create(association=association, at=now)
    note = Note.objects.bulk_create(
        Note(association=association, member_id=members[0], at=now, text="Invented") for _ in range(50)
    )[0]
    double = duplicates.pairs(association, most=1)[0]
    return Past(
        association=association,
        connection=connection,
        off=_off(connection, now=now),
        members=members,
        deleted=Member.objects.of(association).exclude(deleted_at=None).earliest("id").pk,
        statuses=statuses,
        archived=CustomField.objects.create(association=association, name="Vroeger", kind=Kind.TEXT, archived=True).pk,
        own=list(custom.fields_of(association).values()),
        double=(double.first.pk, double.second.pk),
        busy=members[0],
        mandate=Mandate.objects.of(association).filter(member_id__in=members).earliest("id"),
        note=note.pk,
        proposed=proposed,
        bulk_change=_bulk_change(association, statuses, now=now),
        round=_round(association, now=now),
        an_import=_import(association, statuses["Lid"], len(members), now=now),
        task=Task.objects.create(association=association, kind=TaskKind.STATUS, key="bench", asked_at=now).pk,
        administration=FinancialAdministration.objects.of(association).earliest("id").pk,
        assignment=assignment.pk,
        step=step,
    )


def _of_connection(connection: Connection, *, now: datetime) -> int:
    """Returns a step in the middle of its journal."""
    association = connection.association
    links = list(Link.objects.filter(association=association).order_by("id")[:MANY])
    payers = [each.payer for each in links]
    run = Run.objects.create(
        association=association, connection=connection, cause=Cause.ENABLE, day=now.date(), started_at=now,
        ended_at=now, planned=MANY,
    )  # fmt: skip
    values = sealing.seal(json.dumps({"city": "Brugge", "address": "Brugweg 1"}))
    steps = Journal.objects.bulk_create(
        Journal(association=association, connection=connection, run=run, epoch=1, payer=payer, kind="update",
                fields=["city"], after=values, outcome=Outcome.DONE, noted_at=now, closed_at=now)
        for payer in payers for _ in range(5)
    )  # fmt: skip
    Problem.objects.bulk_create(
        Problem(association=association, connection=connection, payer=payer, reason=reason, group=group, opened_at=now)
        for reason, group in ((Reason.LEFT, ""), (Reason.MANY_OVERWRITTEN, ""), (Reason.INVALID, Group.ADDRESS))
        for payer in payers[: MANY // 2]
    )  # fmt: skip
    theirs = sealing.seal(json.dumps({"address": "Elders 1", "city": "Elders"}))
    Drift.objects.bulk_create(
        Drift(association=association, connection=connection, link=each, group=Group.ADDRESS, theirs=theirs,
              found_at=now)
        for each in links[MANY // 2 :]
    )  # fmt: skip
    Touched.objects.bulk_create(Touched(connection=connection, payer=payer) for payer in payers[:100])
    return steps[len(steps) // 2].pk


def _off(connection: Connection, *, now: datetime) -> Connection:
    """Nobody has gone over there yet: it would make everybody."""
    association = connection.association
    other = FinancialAdministration.objects.create(association=association, name="Other books")
    off = Connection.objects.create(
        association=association, package=connection.package, grant=connection.grant, administration="off",
        administration_name="Other books", financial_administration=other, groups=connection.groups,
        prefix=connection.prefix, created_at=now, matched_at=now,
    )  # fmt: skip
    off.statuses.set(connection.statuses.all(), through_defaults={"association": association})
    preview.make(off, now=now)
    return off


def _proposals(members: Sequence[Member], *, now: datetime) -> int:
    operations.propose_changes(
        [operations.draft_change(each, values={"city": "Elders"}, origin="Books", by=None, now=now) for each in members]
    )
    return ProposedChange.objects.filter(member=members[0]).latest("id").pk


def _round(association: Association, *, now: datetime) -> int:
    """All mails have left."""
    found = Member.objects.of(association).filter(deleted_at=None)
    seen = operations.foresee_asking(association, found, now=now).mails
    asks = operations.ask_to_fill_in(
        association, found, why="Invented", language="nl", seen=seen, by=None, now=now
    )  # fmt: skip
    asked = FillRequest.objects.filter(round=asks)
    asked.update(digest=Cast("pk", CharField()), tried_at=now, sent_at=now)
    asked.annotate(third=F("pk") % 3).filter(third=0).update(answered_at=now)
    return asks.pk


def _bulk_change(association: Association, statuses: Mapping[str, MemberStatus], *, now: datetime) -> int:
    """Of a few, to be looked at."""
    to, start = statuses["Donateur"], now.date()
    found = Member.objects.of(association).filter(status=statuses["Lid"], number__endswith="00")
    count = operations.foresee_status(association, found, status=to, start=start).changes
    return operations.set_status_of(association, found, status=to, start=start, seen=count, by=None, now=now).pk


def _import(association: Association, status: MemberStatus, members: int, *, now: datetime) -> int:
    """Half of the members move house, and somebody is new for every twenty."""
    rows = [(str(n), f"Nieuw{n}" if n > members else "", "Elders") for n in range(1, members // 10 * 11 + 1, 2)]
    content = "\r\n".join(map(";".join, [FILE, *rows])).encode()
    sheet = spreadsheet.read(content)
    by_number = spreadsheet.MatchBy.NUMBER
    return spreadsheet.compare(association, sheet, match_by=by_number, status=status, by=None, now=now).pk
