"""One installation and one Chromium for all walks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import open_chromium
from tests.browser.house import House, open_house
from tests.browser.walk import PATIENCE, Walk

outcome = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Iterator[None]:
    report = yield
    if call.when == "call":
        item.stash[outcome] = report.failed
        walk = getattr(item, "funcargs", {}).get("walk")
        if report.failed and walk is not None:
            report.sections.append(("ledenbrug", "\n".join([*walk.complaints, *walk.house.program.lines[-80:]])))
    return report


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as house:
        yield house


@pytest.fixture(params=["nl", "en"])
def walk(request: pytest.FixtureRequest, house: House, chromium: Browser) -> Iterator[Walk]:
    walk = Walk(house, chromium, request.param, story=request.node.originalname.removeprefix("test_"))
    yield walk
    failed = request.node.stash.get(outcome, True)
    walk.close(failed=failed)
    assert failed or walk.complaints == []
