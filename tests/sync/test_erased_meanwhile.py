"""Somebody is erased while a load looks at contacts ahead of its second pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from ledenbrug.core.port import Books, Remote
from ledenbrug.core.records import ContactId
from ledenbrug.sync import ahead, erasing, lines
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection, Link, Reading
from ledenbrug.sync.turn import Turn
from ledenbrug.wire.sealing import unseal
from tests.sync.at_exact import Treasury
from tests.sync.test_accounts_first import half_way, treasury  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Slow:
    """Real books, and an answer that takes long enough for somebody to be erased."""

    books: Books
    erased: Link

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        found = [*self.books.read(ids)]
        erasing.forget(self.erased.association_id, [self.erased.payer])
        return iter(found)


def test_nothing_is_kept_of_who_was_erased_while_it_was_read(
    treasury: Treasury,  # noqa: F811
    half_way: Connection,  # noqa: F811
) -> None:
    erased, *others = Link.objects.exclude(contact=None).order_by("id")
    treasury.wait(minutes=1)
    with lines.books(half_way, urgent=lambda: False, clock=treasury.clock) as books:
        turn = Turn(half_way, Slow(books, erased), treasury.clock, fingerprinter(), 1, [False])  # type: ignore[arg-type]
        ahead.seen(turn, {ContactId(each.contact or ""): each.payer for each in (erased, *others)}, alone=False)
    kept = unseal(Reading.objects.get(page=ahead.PAGE).sealed)
    assert (erased.contact or "") not in kept
    assert all((each.contact or "") in kept for each in others)
