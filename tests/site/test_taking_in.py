from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest

from ledenbrug.site.request_size import MOST_BYTES
from ledenbrug.site.taking_in import TakingIn

FORM = b"csrfmiddlewaretoken=a&member=1&member=2"


class Answered:
    """A site that notes what it was sent."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.read.append(environ["wsgi.input"].read())
        start("200 OK", [])
        return [b"done"]


def send(body: bytes, *, announced: str) -> tuple[list[str], list[bytes], list[bytes]]:
    """The status, what was answered, what the site had to read."""
    site, statuses = Answered(), []
    environ = {"CONTENT_LENGTH": announced, "wsgi.input": BytesIO(body)}
    said = TakingIn(site, at_once=1)(environ, lambda status, _: statuses.append(status))
    return statuses, list(said), site.read


@pytest.mark.parametrize("size", [1, 65_536, 65_537, 3_000_000])
def test_what_came_whole_is_read_as_it_was_sent(size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    assert send(body + b"the next request", announced=str(size)) == (["200 OK"], [b"done"], [body])


def test_a_form_that_broke_off_is_not_taken_for_the_whole() -> None:
    """Somebody whose line fell away in the middle of a list would have chosen half of the members."""
    assert send(FORM[:-9], announced=str(len(FORM))) == (["400 Bad Request"], [], [])


@pytest.mark.parametrize("announced", ["", "0", "-5", "many", str(MOST_BYTES + 1)])
def test_what_is_not_taken_is_left_to_the_site_as_it_came(announced: str) -> None:
    assert send(FORM, announced=announced) == (["200 OK"], [b"done"], [FORM])
