"""Mistakes that an engine like this is made with, three of steps and two of tokens, to see that they are found."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from ledenbrug.sync import answering, closing, lines, notes
from ledenbrug.sync.notes import Note


@contextmanager
def _instead(owner: Any, name: str, mistaken: Any) -> Iterator[None]:
    right = getattr(owner, name)
    setattr(owner, name, mistaken)
    try:
        yield
    finally:
        setattr(owner, name, right)


@contextmanager
def link_saved_after_the_call() -> Iterator[None]:
    """Nothing says beforehand that a create is under way: a worker that dies leaves no trace of it."""
    with _instead(notes, "_doubt", lambda cursor, connection, works: _known_links(cursor, connection, works)):
        yield


def _known_links(cursor: Any, connection: Any, works: Any) -> dict[str, int]:
    """The row is there, as `close` wants it, and knows of nothing."""
    cursor.execute(
        """INSERT INTO sync_link AS l (association_id, package, administration, payer, number, sent, translation,
                                  unsure, doubt, adopted, several_emails, whereabouts, version, troubles)
           SELECT %s, %s, %s, payer, '', '{}', 0, false, '{}', false, false, 'here', '', 0
           FROM unnest(%s::text[]) AS new (payer)
           ON CONFLICT (association_id, package, administration, payer) DO UPDATE SET payer = l.payer
           RETURNING l.payer, l.id""",
        [connection.association_id, connection.package, connection.administration, [w.step.payer for w in works]],
    )
    return dict(cursor.fetchall())


@contextmanager
def lost_answer_trusted() -> Iterator[None]:
    """No answer is taken for no request: the next step does not look first."""
    right = closing.put_off

    def mistaken(*positional: Any, reached: bool, **named: Any) -> None:
        right(*positional, reached=False, **named)

    with _instead(closing, "put_off", mistaken):
        yield


@contextmanager
def fingerprint_before_the_write() -> Iterator[None]:
    """What is about to be sent counts as sent."""
    right = answering.one

    def mistaken(turn: Any, note: Note) -> None:
        from ledenbrug.core.plan import sent
        from ledenbrug.sync.models import Link

        for link in Link.objects.filter(payer=note.work.step.payer):
            link.sent = {**link.sent, **sent(note.work.step.values, fingerprint=turn.fingerprint)}
            link.unsure, link.source = False, note.work.read.digest
            link.save()
        right(turn, note)

    with _instead(answering, "one", mistaken):
        yield


@contextmanager
def tokens_renewed_without_the_lock() -> Iterator[None]:
    """Two workers find the same token ended, and both renew it."""
    with _instead(lines, "only_one", lambda grant: nullcontext()):
        yield


@contextmanager
def tokens_used_but_not_kept() -> Iterator[None]:
    """The new pair is known to the request that it was asked for, and to nobody afterwards."""
    right = lines.keep

    def mistaken(grant: Any, new: Any, *, now: Any) -> None:
        if not grant.tokens:  # it was just given
            right(grant, new, now=now)

    with _instead(lines, "keep", mistaken):
        yield


BUGS = {each.__name__: each for each in (link_saved_after_the_call, lost_answer_trusted, fingerprint_before_the_write)}
OF_TOKENS = {each.__name__: each for each in (tokens_renewed_without_the_lock, tokens_used_but_not_kept)}
