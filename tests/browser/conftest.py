"""One installation and one Chromium for all walks."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import House, open_house
from tests.browser.walk import Walk

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",  # root may run the tests, and every page is our own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
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
    path = os.environ.get("LEDENBRUG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("The browser tests need a Chromium: install one, or name one in LEDENBRUG_CHROMIUM.")
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


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
