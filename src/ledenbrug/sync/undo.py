"""Takes a run back at the package, payer by payer, while the connection is off. A crash, a lost answer or an empty
budget is no end: who is still to be looked at stands in the queue, and what goes back is decided anew each time.

It decides nothing itself (`core.undo`) and asks nothing of a person: what stays as it is, the journal tells.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from ledenbrug.core.plan import Kind
from ledenbrug.core.records import GROUP_OF, Field, PayerKey, Whereabouts
from ledenbrug.members.models import User
from ledenbrug.sync import (
    answering,
    links,
    nightly,
    notes,
    operations,
    queue,
    refusals,
    runs,
    undoing,
    wake,
)
from ledenbrug.sync.deciding import Decided
from ledenbrug.sync.models import (
    Cause,
    Connection,
    GrantState,
    Journal,
    Link,
    Outcome,
    Run,
    StoredPreview,
    Touched,
)
from ledenbrug.sync.notes import Note, Work
from ledenbrug.sync.reading import Read
from ledenbrug.sync.refusals import Refused
from ledenbrug.sync.turn import STEPS, Turn
from ledenbrug.sync.undoing import Seen

NOT_IN_STEP = b""
"""Digest of no record: the next round looks at the payer, whatever the records say."""


def may(run: Run, *, now: datetime) -> bool:
    """Whether it can be taken back at all: once, and while the values from before are kept."""
    return run.cause != Cause.UNDO and run.undone_at is None and now < run.started_at + nightly.kept()


def start(run: Run, *, user: User, now: datetime) -> None:
    """Switches the connection off and lets the worker take the run back."""
    if not may(run, now=now):
        raise Refused(refusals.TOO_OLD)
    with transaction.atomic():
        connection = Connection.objects.select_for_update(of=("self",)).select_related("grant", "association")
        it = connection.get(id=run.connection_id)
        if it.removed_at or runs.undoing(it):
            raise Refused(refusals.UNDOING)
        if it.grant is None or it.grant.state != GrantState.GIVEN:
            raise Refused(refusals.LOGIN_NEEDED)
        operations.disable(it, user=user, now=now)
        Connection.objects.filter(id=it.id).update(waiting="", waiting_until=None, epoch=F("epoch") + 1)
        payers = undoing.payers(run)
        undo = runs.begin(it, Cause.UNDO, by=user, undoes=run, now=now)
        Run.objects.filter(id=undo.id).update(planned=len(payers))
        queue.put(it, payers, run=undo.id)
        wake.connection(it.id)


def turn(turn: Turn) -> bool:
    connection = turn.connection
    undo = runs.undoing(connection)
    while undo is not None and not turn.over:
        asked = queue.take(connection, most=STEPS, now=turn.clock())
        if not asked:
            if not Touched.objects.filter(connection=connection).exists():
                _finish(turn, undo)
            return False
        assert undo.undoes is not None
        seen = undoing.look(
            connection, undo.undoes, [each.payer for each in asked], turn.books, fingerprint=turn.fingerprint,
            now=turn.clock(),
        )  # fmt: skip
        noted = _note(turn, undo, asked, seen)
        answering.all_of(turn, noted)
        turn.done += STEPS
    return undo is not None


def _note(turn: Turn, undo: Run, asked: Sequence[queue.Asked], seen: dict[PayerKey, Seen]) -> list[Note]:
    now, connection = turn.clock(), turn.connection
    backs = [(each, seen[each.payer]) for each in asked]
    works = [
        Work(
            it.back.step, Read(it.desired, NOT_IN_STEP), it.linked, it.linked.number, undo.id, each.urgency, undoes=True
        )
        for each, it in backs
        if it.back.step
    ]
    rows = [row for each, it in backs if it.back.step for row in each.rows]
    nothing = Decided({}, {}, steps=[], found=[], idle=[])
    noted = notes.note(connection, nothing, works, touched=rows, now=now)
    with notes.mine(connection):
        for each, it in backs:
            if it.back.step is None:
                _leave(turn, undo, it)
                queue.forget(each.rows)
            _say_what_stays(undo, it, now=now)
    return noted


def _leave(turn: Turn, undo: Run, it: Seen) -> None:
    """Nothing goes back. After an answer that was lost it may be back already: then that is known now."""
    link = it.link
    if link is None or not link.unsure:
        return
    removing = Journal.objects.filter(run=undo, payer=link.payer, kind=Kind.DELETE.value).exists()
    if it.now is None:
        link.whereabouts = Whereabouts.GONE.value
        if removing:
            link.contact, link.sent, link.whereabouts = None, {}, Whereabouts.HERE.value
    elif it.now.archived:
        link.whereabouts = Whereabouts.ARCHIVED.value
    elif link.doubt and {Field(each) for each in link.doubt} <= it.done.fields:
        stands = {each: turn.fingerprint(each, it.now.values.get(each, "")) for each in it.done.fields}
        link.sent = {**link.sent, **stands}
    else:
        return  # the doubt is not ours: who enables again looks
    link.unsure, link.doubt, link.source = False, [], NOT_IN_STEP
    link.save()


def _say_what_stays(undo: Run, it: Seen, *, now: datetime) -> None:
    """Once per payer and reason."""
    for reason in dict.fromkeys(it.back.kept.values()):
        fields = sorted(
            each for each in it.done.fields if it.back.kept.get(None, it.back.kept.get(GROUP_OF[each])) == reason
        )
        Journal.objects.get_or_create(
            association_id=undo.association_id,
            connection_id=undo.connection_id,
            run=undo,
            payer=it.back.payer,
            reason=reason.value,
            outcome=Outcome.REFUSED,
            defaults={
                "epoch": 0,
                "kind": Kind.UPDATE.value,
                "fields": [each.value for each in fields],
                "number": it.linked.number,
                "contact": it.linked.known.contact_id or "",
                "noted_at": now,
                "closed_at": now,
            },
        )


def _finish(turn: Turn, undo: Run) -> None:
    connection, now = turn.connection, turn.clock()
    with notes.mine(connection):
        if _unlink(undo, now=now):  # the contacts are compared again before anything is made
            Connection.objects.filter(id=connection.id).update(matched_at=None)
        StoredPreview.objects.filter(connection=connection).delete()
        Run.objects.filter(undone_by=undo).update(undone_at=now)
        Run.objects.filter(id=undo.id).update(ended_at=now)


def _unlink(undo: Run, *, now: datetime) -> int:
    """Contacts that were there before us are nobody's again. Returns how many."""
    found = Journal.objects.filter(run=undo.undoes_id, kind__in=(Kind.ADOPT.value, Kind.CREATE.value))
    contacts = dict(found.exclude(contact="").values_list("payer", "contact"))
    linked = links.rows(undo.connection, [PayerKey(each) for each in contacts])
    ours = [each for each in linked if each.adopted and not each.unsure and each.contact == contacts[each.payer]]
    Journal.objects.bulk_create(
        Journal(
            association_id=undo.association_id,
            connection_id=undo.connection_id,
            run=undo,
            epoch=0,
            payer=each.payer,
            kind=Kind.UNLINK.value,
            number=each.number,
            contact=each.contact or "",
            outcome=Outcome.UNCHANGED,
            noted_at=now,
            closed_at=now,
        )
        for each in ours
    )
    Link.objects.filter(id__in=[each.id for each in ours]).delete()
    return len(ours)
