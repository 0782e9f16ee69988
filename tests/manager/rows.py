"""Fills a screen with `n` more rows of what it lists, of hundreds as quickly as of one.

What each of them makes is as simple as its screen allows.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field, Group
from ledenbrug.members import operations
from ledenbrug.members.models import (
    Assignment,
    BulkChange,
    CustomField,
    ErasureProposal,
    FillRequest,
    FillRound,
    FinancialAdministration,
    Mandate,
    Member,
    MemberStatus,
    Note,
    Period,
    Role,
    SavedSelection,
    Task,
    User,
)
from ledenbrug.members.sources import spreadsheet
from ledenbrug.sync import doubles as doubles_there
from ledenbrug.sync import preview as previews
from ledenbrug.sync.models import Cause, Connection, Drift, Journal, Link, Outcome, Problem, Run, Touched
from ledenbrug.wire import sealing
from tests.manager.front import Front
from tests.members.factories import OTHER_IBAN

_counted = count(50_000)
LONG_AGO, LATER = date(2000, 1, 1), date(2100, 1, 1)


def members(front: Front, n: int, *, since: date = LONG_AGO, **fields: Any) -> list[Member]:
    """All in Delft."""
    given = {"status": front.status, "last_name": "Vos", "city": "Delft", "custom": {"c1": "x"}, **fields}
    made = Member.objects.bulk_create(
        Member(association=front.association, number=f"{at}", email=f"m{at}@leden.example", since=since, **given)
        for at in (next(_counted) for _ in range(n))
    )
    _periods(made, given["status"], since)
    return made


def _periods(made: Sequence[Member], status: MemberStatus, start: date) -> None:
    Period.objects.bulk_create(
        Period(association_id=status.association_id, member=each, status=status, start=start) for each in made
    )


def another_status(front: Front, **flags: bool) -> MemberStatus:
    name = " ".join(["Ander", *flags])
    return MemberStatus.objects.get_or_create(association=front.association, name=name, defaults=flags)[0]


def deleted(front: Front, n: int) -> None:
    members(front, n, deleted_at=timezone.now() - timedelta(days=9))


def former(front: Front, n: int) -> None:
    if not ErasureProposal.objects.of(front.association).exists():
        ErasureProposal.objects.create(association=front.association, at=timezone.now())
    gone = members(front, n, status=another_status(front, archived=True))
    _linked(front, gone)
    paid_for = members(front, n)
    for child, parent in zip(paid_for, gone, strict=True):
        child.payer_member = parent
    Member.objects.bulk_update(paid_for, ["payer_member"])


def coming(front: Front, n: int) -> None:
    _periods(members(front, n), another_status(front), LATER)


def twice(front: Front, n: int) -> None:
    for first, second in zip(members(front, n), members(front, n), strict=True):
        Member.objects.filter(pk=second.pk).update(email=first.email)


def proposed(front: Front, n: int) -> None:
    now = timezone.now()
    drafts = (
        operations.draft_change(each, values={"city": "Adorp"}, origin="elsewhere", by=None, now=now)
        for each in members(front, n)
    )
    operations.propose_changes(list(drafts))


def of_one_member(front: Front, n: int) -> None:
    """Everything of which a member can have many; of what its history tells no more than that shows."""
    few, of = min(n, 20), {"association": front.association, "member": front.member}
    Note.objects.bulk_create(Note(**of, at=timezone.now(), text="n") for _ in range(n))
    days = (LONG_AGO + timedelta(days=next(_counted)) for _ in range(few))
    Period.objects.bulk_create(Period(**of, status=front.status, start=each) for each in days)
    ended = {"financial_administration": front.books, "signed": LONG_AGO, "ended": LONG_AGO}
    Mandate.objects.bulk_create(Mandate(**of, **ended, reference=f"M{next(_counted)}") for _ in range(few))
    members(front, n, payer_member=front.member)
    for at in range(few):
        status = front.status if at % 2 else another_status(front)
        Member.objects.filter(pk=front.member.pk).update(memo=f"{next(_counted)}", status=status)


def files(front: Front, n: int) -> None:
    """One that was read, with so many rows."""
    rows = (f"{next(_counted)};Vos;Delft" for _ in range(n))
    content = "\r\n".join(["Lidnummer;Achternaam;Woonplaats", *rows]).encode()
    spreadsheet.compare(
        front.association, spreadsheet.read(content), match_by=spreadsheet.MatchBy.NUMBER, status=front.status,
        file_name="leden.csv", by=front.user(Role.SECRETARY), now=timezone.now(),
    )  # fmt: skip


def bulk_changes(front: Front, n: int) -> None:
    now, by = timezone.now(), front.user(Role.SECRETARY)
    BulkChange.objects.bulk_create(
        BulkChange(association=front.association, kind="status", status=front.status, by=by, key=f"{next(_counted)}",
                   count=1, at=now, written_at=now)
        for _ in range(n)
    )  # fmt: skip
    Task.objects.bulk_create(
        Task(association=front.association, kind="status", key=f"{next(_counted)}", by=by, asked_at=now)
        for _ in range(n)
    )


def selections(front: Front, n: int) -> None:
    by = front.user(Role.SECRETARY)
    SavedSelection.objects.bulk_create(
        SavedSelection(association=front.association, by=by, name=f"{next(_counted)}", query="city=Delft", shared=True)
        for _ in range(n)
    )


def _open_field(front: Front) -> None:
    given = {"by_members": True, "kind": "text"}
    CustomField.objects.get_or_create(association=front.association, name="Maat", defaults=given)


def askable(front: Front, n: int) -> None:
    """Who can be asked to fill in a field."""
    _open_field(front)
    members(front, n)


def asked(front: Front, n: int) -> None:
    """Members in a round of their own, some of whom answered."""
    _open_field(front)
    now, found = timezone.now(), members(front, n)
    asks = FillRound.objects.create(
        association=front.association, by=front.user(Role.SECRETARY), at=now, until=now.date() + timedelta(days=14),
        why="Maat", asked=n + 1,
    )  # fmt: skip
    FillRequest.objects.bulk_create(
        FillRequest(association=front.association, member=each, round=asks, digest=f"{each.pk}", sent_at=now,
                    answered_at=now if at % 2 else None)
        for at, each in enumerate(found)
    )  # fmt: skip


def rounds(front: Front, n: int) -> None:
    for _ in range(min(n, 20)):
        asked(front, 1)


def statuses(front: Front, n: int) -> None:
    made = MemberStatus.objects.bulk_create(
        MemberStatus(association=front.association, name=f"{next(_counted)}") for _ in range(n)
    )
    Member.objects.filter(pk=front.member.pk).update(status=made[-1])


def own_fields(front: Front, n: int) -> None:
    made = CustomField.objects.bulk_create(
        CustomField(association=front.association, name=f"{next(_counted)}", kind="text") for _ in range(n)
    )
    front.member.refresh_from_db()
    custom = {**front.member.custom, **{each.key: "x" for each in made}}
    Member.objects.filter(pk=front.member.pk).update(custom=custom)


def administrations(front: Front, n: int) -> list[FinancialAdministration]:
    return FinancialAdministration.objects.bulk_create(
        FinancialAdministration(association=front.association, name=f"{next(_counted)}") for _ in range(n)
    )


def users(front: Front, n: int) -> None:
    made = User.objects.bulk_create(User(email=f"u{next(_counted)}@users.example") for _ in range(n))
    Assignment.objects.bulk_create(
        Assignment(association=front.association, user=each, role=Role.AUDITOR) for each in made
    )


def connections(front: Front, n: int, *, package: str = "memory") -> None:
    """With a question each."""
    made = Connection.objects.bulk_create(
        Connection(association=front.association, package=package, administration=each.name,
                   administration_name=each.name, financial_administration=each, groups=[], created_at=timezone.now())
        for each in administrations(front, n)
    )  # fmt: skip
    Problem.objects.bulk_create(
        Problem(association=front.association, connection=each, reason="paused", opened_at=timezone.now())
        for each in made
    )


def _linked(front: Front, found: Sequence[Member], **fields: Any) -> list[Link]:
    it = front.connection
    return Link.objects.bulk_create(
        Link(association=it.association, package=it.package, administration=it.administration, payer=f"m{each.pk}",
             contact=f"c{each.pk}", **fields)
        for each in found
    )  # fmt: skip


def _asked(front: Front, found: Sequence[Member], reason: str, **fields: Any) -> None:
    Problem.objects.bulk_create(
        Problem(association=front.association, connection=front.connection, payer=f"m{each.pk}", reason=reason,
                opened_at=timezone.now(), **fields)
        for each in found
    )  # fmt: skip


def standing(front: Front, n: int) -> None:
    """Of every state that a member can have so many."""
    Connection.objects.filter(pk=front.connection.pk).update(enabled=True, looked_revision=front.connection.revision)
    _linked(front, members(front, n), source=b"x")
    _asked(front, members(front, n), Reason.GONE)
    members(front, n)
    members(front, n, status=another_status(front))
    Touched.objects.all().delete()


def left(front: Front, n: int) -> None:
    found = members(front, n)
    _linked(front, found)
    _asked(front, found, Reason.LEFT, params={"open": "1", "recurring": "0"})


def held(front: Front, n: int) -> None:
    """Their values are shown before and after."""
    found = members(front, n)
    _linked(front, found)
    _asked(front, found, Reason.MANY_OVERWRITTEN)


def accounts(front: Front, n: int) -> None:
    """Bank accounts, which the one who looks changed."""
    found = members(front, n, iban=OTHER_IBAN)
    _linked(front, found)
    _asked(front, found, Reason.IBAN_WAITS, group=Group.SEPA)


def refused(front: Front, n: int) -> None:
    found = members(front, n)
    _linked(front, found)
    _asked(front, found, Reason.INVALID, group=Group.ADDRESS)


def alike_there(front: Front, n: int) -> None:
    found = members(front, n)
    for each in found:
        contact = front.stage.world.add({Field.LAST_NAME: each.last_name, Field.EMAIL: each.email})
        _asked(front, [each], Reason.LOOKS_LIKE, contact=contact)


def left_out(front: Front, n: int) -> None:
    _asked(front, members(front, n), Reason.INVALID, dismissed=True, closed_by=front.user(Role.TREASURER))


def differences(front: Front, n: int) -> None:
    theirs = sealing.seal(json.dumps({"city": "Elders", "address": "Elders 1"}))
    Drift.objects.bulk_create(
        Drift(association=front.association, connection=front.connection, link=each, group=Group.ADDRESS,
              theirs=theirs, found_at=timezone.now())
        for each in _linked(front, members(front, n))
    )  # fmt: skip


def steps(front: Front, n: int) -> None:
    """Done in a run each, and as many to do."""
    Connection.objects.filter(pk=front.connection.pk).update(enabled=True)
    now, of = timezone.now(), {"association": front.association, "connection": front.connection}
    runs = Run.objects.bulk_create(
        Run(**of, cause=Cause.ENABLE, by=front.user(Role.TREASURER), day=now.date(), started_at=now, planned=n)
        for _ in range(n)
    )
    after = sealing.seal(json.dumps({"city": "Delft"}))
    Journal.objects.bulk_create(
        Journal(**of, run=run, epoch=1, payer=f"m{each.pk}", kind="update", fields=["city"], after=after,
                outcome=Outcome.DONE, noted_at=now, closed_at=now)
        for run, each in zip(runs, members(front, n), strict=True)
    )  # fmt: skip
    Touched.objects.bulk_create(Touched(connection=front.connection, payer=f"m{next(_counted)}") for _ in range(n))


def previewed(front: Front, n: int) -> None:
    members(front, n)
    previews.make(Connection.objects.get(pk=front.connection.pk), now=timezone.now())


def doubles(front: Front, n: int) -> None:
    """Two contacts each, the first of which is a member's."""
    groups = []
    for each in members(front, n):
        both = [front.stage.world.add({Field.LAST_NAME: "Vos", Field.EMAIL: each.email}) for _ in range(2)]
        groups.append(both)
        Link.objects.filter(contact=both[0]).delete()
    it = Connection.objects.get(pk=front.connection.pk)
    doubles_there.keep(it, [*it.doubles, *groups])
