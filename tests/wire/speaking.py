"""A line to a far side that answers what it is told."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx2

from ledenbrug.core.errors import Trouble
from ledenbrug.core.line import Answer, Limit, Scope
from ledenbrug.stage.messages import json_response
from ledenbrug.wire.http import HttpLine
from ledenbrug.wire.pace import Window
from tests.wire.far_side import FarSide

NOW = datetime(2026, 3, 2, 11, 0, 10, tzinfo=UTC)
LIMIT = Limit(3, 300, Scope.EGRESS, left_header="X-Left", resets_header="X-Reset")
OK = json_response(200, {"fine": True})
REFUSED = json_response(401, {"error": "token is invalid"})
SCOPE = json_response(401, {"error": "No access"})


class Renewing:
    def __init__(self, answer: str | Trouble = "second") -> None:
        self.answer, self.given = answer, list[str]()

    def __call__(self, refused: str) -> str:
        self.given.append(refused)
        if isinstance(self.answer, Trouble):
            raise self.answer
        return self.answer


def is_login_problem(answer: Answer) -> bool:
    return b"No access" not in answer.body


def line(
    there: FarSide | str,
    client: httpx2.Client,
    *,
    token: str = "first",
    renew: Renewing | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> HttpLine:
    return HttpLine(
        url=there if isinstance(there, str) else there.url,
        client=client,
        token=lambda: token,
        renew=renew,
        pace={LIMIT: Window(LIMIT)},
        clock=lambda: NOW,
        user_agent="Ledenbrug/test",
        is_login_problem=is_login_problem,
        meanwhile=meanwhile,
    )


def tokens_of(there: FarSide) -> list[str]:
    return [each.headers["authorization"] for each in there.asked]
