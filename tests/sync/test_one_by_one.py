"""A division takes one request at a time, whoever asks: workers, screens. Another division need not wait."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import close_old_connections

from ledenbrug.sync import lines, preview
from ledenbrug.sync.models import Connection
from tests.members.factories import a_member
from tests.sync.at_exact import FIRST, SECOND, Treasury, a_treasury

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    yield from a_treasury(monkeypatch)


def together(*works: Callable[[], object]) -> None:
    def work(one: Callable[[], object]) -> None:
        try:
            one()
        finally:
            close_old_connections()

    threads = [threading.Thread(target=work, args=(one,)) for one in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def slow(treasury: Treasury) -> None:
    treasury.there.arm("slow", match="* /*", seconds=0.02, times=-1)


def test_a_screen_and_workers_that_ask_one_division_take_turns(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    a_member(treasury.association, status=treasury.status)
    slow(treasury)
    made: list[preview.Preview] = []

    def look() -> None:
        fresh = Connection.objects.select_related("grant", "association").get(id=connection.id)
        made.append(preview.make(fresh, now=treasury.at))

    asks = [lambda: [treasury.asks(connection) for _ in range(5)]] * 2
    together(look, *asks)
    assert made[0].counts["create"] == 1
    assert treasury.there.record.most_together() == 1


def test_another_division_need_not_wait(treasury: Treasury) -> None:
    first, second = treasury.save(treasury.connect(), FIRST), treasury.save(treasury.connect(), SECOND)
    assert first.grant is not None
    with lines.alone(first.grant, f"/api/v1/{FIRST}/crm/Accounts"):
        together(lambda: treasury.asks(second))
    assert treasury.there.requests()["GET /api/v1/{division}/bulk/CRM/Accounts"] == 1
