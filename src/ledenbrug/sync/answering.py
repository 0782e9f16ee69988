"""Does one noted step and keeps what the package answered: done, refused, or nobody knows.

It decides nothing about the connection as a whole: what concerns that is raised.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import Error as DatabaseError

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Remote, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, ContactId, Field, Group, Standing, Values, Whereabouts
from ledenbrug.sync import closing, notes, queue
from ledenbrug.sync.closing import Answer
from ledenbrug.sync.comparing import AGAIN
from ledenbrug.sync.links import stamp
from ledenbrug.sync.matching import adoption
from ledenbrug.sync.models import Journal, Link, Outcome
from ledenbrug.sync.notes import Note
from ledenbrug.sync.perform import Done, Performer, alike
from ledenbrug.sync.problems import Found
from ledenbrug.sync.turn import IN_A_ROW, Turn
from ledenbrug.wire import sealing

STUCK_AFTER = 6
"""Temporary troubles in a row on one payer while others pass, until a person is asked."""
PATIENCE = timedelta(seconds=2)
FRESH = timedelta(seconds=2)
"""A note older than this is only acted upon after a look whether the connection is still ours."""


def all_of(turn: Turn, noted: Sequence[Note]) -> None:
    """One call after another. What was noted and not begun is put off when the turn must end."""
    for index, note in enumerate(noted):
        turn.urgent[0] = note.work.urgency is queue.Urgency.EDIT
        rest = noted[index:]
        try:
            one(turn, note)
            rest = noted[index + 1 :]
            if turn.troubles >= IN_A_ROW:
                raise Temporary(turn.reason)
        except (Temporary, LoginNeeded) as trouble:
            closing.put_off(turn.connection, rest, reason=trouble.reason, reached=False, again=None, now=turn.clock())
            raise
    turn.keep()


def one(turn: Turn, note: Note) -> None:
    """Raises `Temporary` or `LoginNeeded` only when nothing was done and the connection as a whole must wait."""
    if turn.clock() - note.at > FRESH:
        turn.keep()
        with notes.mine(turn.connection):
            pass
    performer = _performer(turn, note)
    try:
        _one(turn, note, performer)
    except notes.LostConnection:
        if performer.writes:
            closing.late(turn.connection, note)
        raise


def _performer(turn: Turn, note: Note) -> Performer:
    link = note.work.linked
    return Performer(
        books=turn.books,
        number=note.work.number,
        several_emails=link.several_emails,
        ours=lambda each, value: link.known.sent.get(each) == turn.fingerprint(each, value),
        recognise=lambda remote: _recognised(turn, note, remote),
        looked_at=turn.looked_at,
    )


def _one(turn: Turn, note: Note, performer: Performer) -> None:
    try:
        done = _answer(turn, performer, note.work.step)
    except Rejected as refusal:
        turn.troubles = 0
        _refused(turn, note, refusal)
    except Temporary as trouble:
        if not trouble.reached:
            raise
        _lost(turn, note, trouble)
    except (LoginNeeded, DatabaseError, notes.LostConnection):
        raise
    except Exception as defect:  # of a client: it must not stop everyone who comes after
        turn.defect(defect)
        _lost(turn, note, Temporary(Reason.PACKAGE_ERROR, reached=True))
    else:
        turn.troubles = 0
        _done(turn, note, done)


def _answer(turn: Turn, performer: Performer, step: Step) -> Done:
    """Whatever comes of it, by then the answer before it is kept."""
    try:
        done = performer.perform(step)
    except Exception as trouble:
        performer.writes &= not isinstance(trouble, Rejected)  # the package said no: nothing was written
        turn.keep()
        raise
    turn.keep()
    return done


def _done(turn: Turn, note: Note, done: Done) -> None:
    now, step, place = turn.clock(), note.work.step, _whereabouts(done)
    found = [_found(turn, note, each) for each in done.refused]
    ask = not note.work.undoes
    deleted = done.removal is Removal.DELETED
    unfinished = note.work.unfinished and done.contact is not None and place is Whereabouts.HERE
    contact = done.contact.contact_id if done.contact else (None if deleted else step.contact_id)
    answer = Answer(
        outcome=Outcome.DONE if done.called else (Outcome.REFUSED if found else Outcome.UNCHANGED),
        contact=contact,
        version=f"{AGAIN}{done.contact.version}" if done.contact else "",
        written=_adopted(turn, note, done) if done.adopted else done.written,
        adopted=done.adopted,
        several_emails=bool(done.contact and done.contact.several_emails),
        whereabouts=place,
        settled=bool(done.removal) or (step.kind is not Kind.FIND and place is Whereabouts.HERE and not unfinished),
        promised=_bank_account(turn, note) if unfinished else None,
        reason=found[0].reason if found else "",
        found=found,
        ask=ask,
        before=done.before,
        forget=deleted,
    )

    def keep() -> None:
        closing.close(
            turn.connection, note, answer, translation=turn.translation, fingerprint=turn.fingerprint, now=now
        )
        _again(turn, note, found if ask else [])

    turn.unkept = keep


def _bank_account(turn: Turn, note: Note) -> bytes:
    return stamp(note.work.read.desired, fingerprint=turn.fingerprint, group=Group.SEPA)


def _adopted(turn: Turn, note: Note, done: Done) -> Values:
    """What counts as sent to a contact that was there: a difference is shown to a person, not overwritten."""
    assert done.contact is not None
    read = note.work.read
    counts = adoption(read, done.contact, fingerprint=turn.fingerprint).sent
    return {each: value for each, value in read.desired.values.items() if each in counts}


def _refused(turn: Turn, note: Note, refusal: Rejected) -> None:
    place = {Reason.GONE: Whereabouts.GONE, Reason.ARCHIVED: Whereabouts.ARCHIVED}.get(
        refusal.reason,  # type: ignore[call-overload]
        Whereabouts.HERE,
    )
    away = place is not Whereabouts.HERE and note.work.read.desired.standing is not Standing.SELECTED
    found = [] if note.work.undoes or away else [_found(turn, note, each) for each in (refusal, *refusal.more)]
    closing.refuse(turn.connection, note, reason=refusal.reason, whereabouts=place, found=found, now=turn.clock())
    _again(turn, note, found)


def _lost(turn: Turn, note: Note, trouble: Temporary) -> None:
    """Nobody knows whether it was done: unsure, and looked at again; a person is asked when it goes on and on."""
    now, troubles = turn.clock(), note.work.linked.troubles + 1
    again = trouble.until or now + PATIENCE * 2 ** min(troubles, 10)
    found = []
    if troubles >= STUCK_AFTER and not note.work.undoes and _others_passed(turn, note):
        about = stamp(note.work.read.desired, fingerprint=turn.fingerprint)
        found = [Found(note.work.step.payer, Reason.STUCK, stamp=about)]
    closing.put_off(turn.connection, [note], reason=trouble.reason, reached=True, again=again, now=now, found=found)
    turn.troubles, turn.reason = turn.troubles + 1, trouble.reason


def _again(turn: Turn, note: Note, found: list[Found]) -> None:
    """A refusal that passes by itself says when."""
    for each in found:
        if "again" in each.params:
            at = datetime.fromisoformat(each.params["again"])
            queue.put(turn.connection, [note.work.step.payer], run=note.work.run, not_before=at)


def _others_passed(turn: Turn, note: Note) -> bool:
    """Whether the package has been well while this payer was not."""
    ours = Journal.objects.filter(connection=turn.connection, payer=note.work.step.payer, outcome=Outcome.LOST)
    since = list(ours.order_by("-id").values_list("noted_at", flat=True)[: STUCK_AFTER - 1])
    passed = Journal.objects.filter(connection=turn.connection, closed_at__gt=min(since, default=note.at))
    return passed.filter(outcome__in=(Outcome.DONE, Outcome.UNCHANGED)).exists()


def _recognised(turn: Turn, note: Note, remote: Remote) -> bool:
    """Whether a contact found by our number is the one that a lost create made."""
    turn.keep()
    connection, payer = turn.connection, note.work.step.payer
    others = Link.objects.filter(
        association_id=connection.association_id,
        package=connection.package,
        administration=connection.administration,
        contact=remote.contact_id,
    )
    if others.exclude(payer=payer).exists():
        return False
    if alike(note.work.step.values, remote.values):
        return True
    made = Journal.objects.filter(
        association_id=connection.association_id, payer=payer, kind=Kind.CREATE, number=note.work.number
    )
    return any(
        alike(_opened(sealed), remote.values) for sealed in made.order_by("-id").values_list("after", flat=True)[:10]
    )


def _opened(sealed: str) -> dict[Field, str]:
    try:
        return {Field(each): value for each, value in json.loads(sealing.unseal(sealed)).items()} if sealed else {}
    except sealing.KeyLost:
        return {}


def _found(turn: Turn, note: Note, refusal: Rejected) -> Found:
    """A refusal concerns its field's whole group, or the contact as a whole."""
    step = note.work.step
    group = GROUP_OF[refusal.field] if refusal.field else None
    about = stamp(note.work.read.desired, fingerprint=turn.fingerprint, group=group)
    params = {**refusal.params, **({"field": refusal.field.value} if refusal.field else {})}
    contact = ContactId(params["contact"]) if "contact" in params else step.contact_id
    return Found(step.payer, refusal.reason, group, about, contact, params)


def _whereabouts(done: Done) -> Whereabouts:
    archived = done.removal is Removal.ARCHIVED or (done.contact is not None and done.contact.archived)
    return Whereabouts.ARCHIVED if archived else Whereabouts.HERE
