"""A connection to the reference package, and an association with a Moneybird to connect."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from ledenbrug.bookkeeping.moneybird import sandbox
from tests.sync.at_moneybird import Treasury, a_treasury
from tests.sync.linked import Linked, a_link
from tests.sync.stage import Stage, a_stage


@pytest.fixture
def stage() -> Stage:
    return a_stage()


@pytest.fixture
def off() -> Stage:
    """A saved connection that was never enabled."""
    return a_stage(enabled=False)


@pytest.fixture
def treasury() -> Treasury:
    return a_treasury()


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[sandbox.Sandbox]:
    with sandbox.start(token="a-personal-token", limit=None) as running:
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_URL", running.url)
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_CLIENT_ID", "ledenbrug-sandbox")
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_CLIENT_SECRET", "ledenbrug-sandbox-secret")
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_LIMIT", "none")
        yield running


@pytest.fixture
def linked(live_server: LiveServer, settings: Any, treasury: Treasury, there: sandbox.Sandbox) -> Linked:
    settings.LEDENBRUG_PUBLIC_URL = live_server.url
    return a_link(treasury, there)
