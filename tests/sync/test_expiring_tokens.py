"""From a key of the association's own to a saved connection, and how the tokens stay alive, against the sandbox."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.sync import alive, connecting, notices, packages
from ledenbrug.sync.models import Connection, Grant, GrantState
from ledenbrug.sync.refusals import Refused
from tests.sync.at_exact import FIRST, SECOND, Treasury, a_treasury

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    yield from a_treasury(monkeypatch)


@pytest.fixture
def hesitant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    """Tokens live for ten minutes and are replaced after eleven at the earliest: whoever asks is always too early."""
    yield from a_treasury(monkeypatch, earliest_refresh=660.0)


def test_a_key_of_ones_own_reaches_every_division_of_the_user(treasury: Treasury) -> None:
    grant = treasury.connect()
    offers = connecting.administrations(grant, now=treasury.at)
    assert [(each.id, each.name, each.usable) for each in offers] == [
        (FIRST, "Voorbeeldvereniging De Brug (sandbox) (1)", True),
        (SECOND, "Stichting Vrienden van De Brug (sandbox) (2)", True),
    ]
    assert grant.remote_user == treasury.there.world.owner().id


def test_a_division_that_is_closed_is_shown_and_cannot_be_chosen(treasury: Treasury) -> None:
    treasury.there.arm("closed", division=SECOND)
    offers = connecting.administrations(treasury.connect(), now=treasury.at)
    assert [(each.id, each.usable) for each in offers] == [(FIRST, True), (SECOND, False)]


def test_a_wrong_secret_is_said_to_be_that(treasury: Treasury) -> None:
    with pytest.raises(Refused, match="key_refused"):
        treasury.connect(secret="another")
    assert not Grant.objects.exists()


def test_a_second_connection_shares_the_grant_and_does_not_end_the_first(treasury: Treasury) -> None:
    first = treasury.save(treasury.connect(), FIRST)
    second = treasury.save(treasury.connect(), SECOND)
    assert Grant.objects.count() == 1
    assert (first.grant_id, second.grant_id) == (Grant.objects.get().id,) * 2
    assert treasury.asks(first) > 0
    assert treasury.asks(second) > 0


def test_a_second_permission_that_is_thrown_away_leaves_the_first_connection_its_own(treasury: Treasury) -> None:
    first = treasury.save(treasury.connect(), FIRST)
    connecting.forget(treasury.connect(), now=treasury.at)
    assert treasury.asks(first) > 0


def test_connecting_again_lets_every_connection_of_the_key_go_on(treasury: Treasury) -> None:
    first, second = treasury.save(treasury.connect(), FIRST), treasury.save(treasury.connect(), SECOND)
    Grant.objects.update(state=GrantState.WITHDRAWN)
    Connection.objects.update(waiting="withdrawn")
    treasury.connect(reconnects=second)
    assert [each.waiting for each in Connection.objects.all()] == ["", ""]
    assert treasury.asks(first) > 0
    assert treasury.asks(second) > 0


def test_a_token_is_renewed_just_before_it_ends_and_never_earlier(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    before = treasury.token_requests()
    treasury.wait(seconds=574)
    treasury.asks(connection)
    assert treasury.token_requests() == before
    treasury.wait(seconds=1)
    treasury.asks(connection)
    treasury.asks(connection)
    assert treasury.token_requests() == before + 1
    assert 401 not in {each.status for each in treasury.there.record.since(0)}


def test_where_it_is_too_early_the_token_goes_on_being_used(hesitant: Treasury) -> None:
    connection = hesitant.save(hesitant.connect(), FIRST)
    hesitant.wait(seconds=580)
    assert hesitant.asks(connection) > 0
    hesitant.wait(seconds=30)
    with pytest.raises(Temporary, match="too_early"):
        hesitant.asks(connection)


def test_the_choice_of_a_division_may_take_longer_than_a_token_lives(treasury: Treasury) -> None:
    grant = treasury.connect()
    treasury.wait(minutes=40)
    assert treasury.asks(treasury.save(grant, FIRST)) > 0


def test_a_permission_that_is_idle_is_renewed_weekly(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    for _ in range(6):  # six weeks; an idle one dies after thirty days
        treasury.wait(days=6)
        assert alive.renew_idle(clock=treasury.clock) == 0
        treasury.wait(days=1, seconds=1)
        assert alive.renew_idle(clock=treasury.clock) == 1
    assert treasury.asks(connection) > 0


def test_a_permission_that_died_is_told_to_every_connection_of_it(treasury: Treasury) -> None:
    for administration in (FIRST, SECOND):
        treasury.save(treasury.connect(), administration)
    treasury.wait(days=31)
    assert alive.renew_idle(clock=treasury.clock) == 0
    assert Grant.objects.get().state == GrantState.WITHDRAWN
    assert {each.waiting for each in Connection.objects.all()} == {"withdrawn"}


def test_a_permission_that_cannot_be_renewed_is_told_once_before_it_ends(
    treasury: Treasury,
) -> None:
    connection, began = treasury.save(treasury.connect(), FIRST), treasury.at
    Grant.objects.update(url="http://127.0.0.1:9")
    for _ in range(22):
        treasury.wait(days=1)
        alive.renew_idle(clock=treasury.clock)
        notices.note(now=treasury.at)
        notices.send(now=treasury.at)
    assert [each.subject for each in mail.outbox] == ["De toestemming bij Exact Online loopt bijna af"]
    (told,) = connection.problems.filter(closed_at=None)
    assert (told.reason, told.params) == ("lapses", {"day": f"{began + timedelta(days=30):%d-%m-%Y}"})
    Grant.objects.update(url=treasury.there.url)
    assert alive.renew_idle(clock=treasury.clock) == 1
    assert not connection.problems.filter(closed_at=None).exists()


def test_a_token_that_somebody_else_spent_needs_a_login(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    grant = Grant.objects.get()
    stale = grant.tokens
    treasury.wait(minutes=10)
    treasury.asks(connection)
    Grant.objects.update(tokens=stale)
    treasury.wait(minutes=10)
    with pytest.raises(LoginNeeded, match="withdrawn"):
        treasury.asks(connection)


def test_every_site_is_another_host() -> None:
    assert packages.url("exact_online", "be") == "https://start.exactonline.be"
    assert packages.url("exact_online") == "https://start.exactonline.nl"
