import json
import logging
import subprocess
import sys

import pytest

from ledenbrug.site.logs import mask, name_exception


@pytest.mark.parametrize(
    "told",
    [
        "login failed for jan.de-vries+leden@voorbeeld.example",
        "Key (email)=(jan@voorbeeld.example) already exists",
        "iban NL91ABNA0417164300 refused",
        "iban NL91 ABNA 0417 1643 00 refused",
        "Authorization: Bearer abcdefghijklmnop",
        "GET /callback?code=a1b2c3d4e5f6&state=xyzxyzxyz",
        "Internal Server Error: /account/password/reset/key/1k-d2q7xz-abcdefghijklmnop0123456789abcdef/",
        "Bad Request: /hooks/moneybird/abcdefghijklmnopqrstuvwxyz-0123456789/",
        "Not Found: /fill-in/abcdefghijklmnopqrstuvwxyz-0123456789",
    ],
)
def test_what_names_a_person_or_opens_a_door_is_masked(told: str) -> None:
    shown = mask(told)
    for secret in ("voorbeeld", "0417", "abcdefghijklmnop", "a1b2c3d4e5f6", "xyzxyzxyz"):
        assert secret not in shown
    assert shown != told


def test_what_an_operator_needs_stays() -> None:
    told = "connection 12 waits until 2026-11-22T10:00:00Z: 429 from /api/v2/123/contacts.json, 150 per 300 s"
    assert mask(told) == told


def test_an_exception_says_where_and_what_kind_but_not_what_was_in_it() -> None:
    code = """
import logging, logging.config
from ledenbrug.site import logs
logging.config.dictConfig(logs.configuration(level="INFO", json=True))
def refuse():
    raise ValueError("jan is geen lid")
try:
    try:
        refuse()
    except ValueError as error:
        raise KeyError("piet") from error
except KeyError:
    logging.getLogger("ledenbrug.members").exception("saving failed for member %s", 12)
logging.getLogger("others").warning("Not Found", extra={"request": "GET /start/jan", "connection": 12})
import structlog
structlog.get_logger("ledenbrug.sync").info("sent", connection=3, to="jan@voorbeeld.example")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    failed, beside, sent = [json.loads(line) for line in done.stderr.splitlines()]
    assert failed["event"] == "saving failed for member 12"
    assert "builtins.ValueError\nthen\n" in failed["exception"]
    assert failed["exception"].endswith("builtins.KeyError")
    assert "refuse" in failed["exception"]
    assert "jan" not in done.stderr
    assert "piet" not in done.stderr
    assert {key for key in beside if key != "timestamp"} == {"event", "level", "logger", "connection"}
    assert (sent["event"], sent["connection"], sent["to"], sent["level"]) == ("sent", 3, "[e-mail]", "info")


def test_an_error_that_is_its_own_cause_is_told_once() -> None:
    """Django wraps what the driver raised, and Procrastinate raises what was wrapped: a ring, at every lost session."""
    inner = OSError("jan")
    try:
        try:
            raise KeyError("piet") from inner
        except KeyError:
            raise inner  # noqa: B904  as it is raised there
    except OSError as error:
        told = name_exception(None, "error", {"exc_info": error})["exception"]
    assert [line for line in told.splitlines() if "/" not in line] == ["builtins.KeyError", "then", "builtins.OSError"]


def test_the_loggers_of_others_that_quote_what_they_send_are_quiet() -> None:
    from django.conf import settings

    quiet = {name for name, said in settings.LOGGING["loggers"].items() if said["level"] == "WARNING"}
    assert {"axes", "httpx2", "procrastinate"} <= quiet
    assert logging.getLogger("httpx2").getEffectiveLevel() >= logging.WARNING
