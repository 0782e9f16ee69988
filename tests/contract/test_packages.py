"""What every package says of itself must be something that screens and engine can use."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from ledenbrug import bookkeeping
from ledenbrug.core.hooks import Refusal
from ledenbrug.core.port import Package
from ledenbrug.core.records import ALWAYS, Field


@pytest.fixture(params=bookkeeping.names())
def package(request: pytest.FixtureRequest) -> Package:
    found = bookkeeping.load(request.param)
    assert found.name == request.param
    return found


def test_it_has_a_label_and_an_address(package: Package) -> None:
    assert package.label
    assert ":" in package.url
    assert not package.url.endswith("/")


def test_it_can_be_let_in_one_way_or_another(package: Package) -> None:
    assert package.oauth or package.personal_token


def test_it_takes_every_group_that_is_always_on(package: Package) -> None:
    assert package.groups >= ALWAYS


def test_it_says_how_long_every_field_may_be(package: Package) -> None:
    assert set(package.too_long) == set(Field)


def test_its_limits_are_windows_of_at_most_a_day(package: Package) -> None:
    for limit in package.limits:
        assert limit.requests > 0
        assert timedelta(0) < timedelta(seconds=limit.seconds) <= timedelta(days=1)


def test_what_it_proposes_for_numbers_is_something_it_takes(package: Package) -> None:
    assert re.fullmatch(package.prefix_shape, package.prefix)
    assert bool(package.prefix_label) is bool(package.prefix_help)


def test_its_settings_have_names_of_their_own(package: Package) -> None:
    keys = [choice.key for choice in package.settings]
    assert len(keys) == len(set(keys))
    assert package.choices or not any(choice.fetch for choice in package.settings)


@pytest.mark.parametrize("name", [name for name in bookkeeping.names() if bookkeeping.load(name).hooks])
def test_what_tells_of_changes_is_not_believed_without_a_signature(name: str) -> None:
    package = bookkeeping.load(name)
    assert package.hooks
    hooks = package.hooks()
    assert package.oauth is None or set(hooks.scopes).isdisjoint(package.oauth.scopes)
    for body in (b"", b"{}", b"[" * 100_000, b"\xff"):
        assert isinstance(hooks.heard({}, body, "secret", datetime(2026, 5, 1, tzinfo=UTC)), Refusal)


def test_hidden_packages_are_offered_nowhere() -> None:
    offered = [each.name for each in bookkeeping.visible()]
    assert "memory" not in offered
    assert bookkeeping.choices() == [(each.name, each.label) for each in bookkeeping.visible()]
    assert sorted(offered) == [name for name in bookkeeping.names() if not bookkeeping.load(name).hidden]


def test_a_package_that_is_not_there_says_so() -> None:
    with pytest.raises(bookkeeping.UnknownPackage):
        bookkeeping.load("../core")
