"""Whatever an answer of a package turns out to hold, a client makes a whole result of it or one of the three troubles.

Between client and sandbox sits somebody who spoils true answers: another status, a piece that is missing or of another
kind, a page of something else. Over real HTTP; every seed spoils alike.
"""

import json
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from ledenbrug import bookkeeping
from ledenbrug.core.errors import Temporary, Trouble
from ledenbrug.core.port import ID_LENGTH, VERSION_LENGTH, Books, Package, Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Group, Values
from ledenbrug.stage.messages import Request, Response
from ledenbrug.wire.http import HttpLine, open_client
from tests.contract.staging import Stage, script
from tests.wire.far_side import far_side

SEEDS = 100
STATUSES = (200, 200, 201, 204, 302, 400, 403, 404, 409, 422, 500)
RUBBISH: tuple[object, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", "9" * 400, "2026-02-30", "/Date(99999999999999999)/",
    [], {}, [None], [[]], [{}], {"x": None}, {"results": {}}, {"id": "1"}, {"error": {"x": [{"error": 1}]}},
)  # fmt: skip
GONE = object()
PAGES = (b"", b"<html>", b"null", b"[" * 100_000, b"\xff\xfe", b'{"d":', b'"' + b"x" * 1000 + b'"')
ADDRESS = "https://leden.example/hooks/x/1/"
ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna",
    Field.LAST_NAME: "de Vries",
    Field.EMAIL: "anna@leden.example",
    Field.CUSTOMER_NUMBER: "7001042",
}
MANDATE: Values = {
    Field.DIRECT_DEBIT: "yes",
    Field.IBAN: "NL91ABNA0417164300",
    Field.ACCOUNT_HOLDER: "A. de Vries",
    Field.BIC: "",
    Field.MANDATE_REFERENCE: "M-1042-1",
    Field.MANDATE_SIGNED: "2026-01-05",
}

PERSON: Values = {
    Field.PERSON_FIRST_NAME: "Anna",
    Field.PERSON_LAST_NAME: "de Vries",
    Field.PERSON_EMAIL: "anna@leden.example",
}


@dataclass
class Spoiler:
    """Passes requests on and spoils about half of the answers."""

    url: str
    random: Random
    http: httpx2.Client
    names: frozenset[str]

    def passed_on(self, request: Request) -> httpx2.Response:
        address = f"{self.url}{request.path}" + (f"?{request.query_string}" if request.query_string else "")
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        return self.http.request(request.method, address, headers=headers, content=request.body)

    def __call__(self, request: Request) -> Response:
        answer = self.passed_on(request)
        headers = [(name, value) for name, value in answer.headers.items() if name in ("content-type", "link")]
        status, body = answer.status_code, answer.content
        match self.random.randrange(8):
            case 0:
                status = self.random.choice(STATUSES)
            case 1:
                body = self.random.choice(PAGES)
            case 2 | 3 | 4 if body.startswith((b"{", b"[")):
                body = json.dumps(self.spoilt(json.loads(body))).encode()
        return Response(status, body, headers)

    def spoilt(self, value: Any) -> Any:
        """One piece, or all pieces of one name that the client's own text mentions."""
        named = sorted(self.names & set(_names(value)))
        if not named or self.random.randrange(6) == 0:
            return self.random.choice(RUBBISH)
        return _replaced(value, self.random.choice(named), self.random.choice((*RUBBISH, GONE)))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _names(each)


def _replaced(value: Any, name: str, other: object) -> Any:
    if isinstance(value, list):
        return [_replaced(each, name, other) for each in value]
    if not isinstance(value, dict):
        return value
    replaced = {key: other if key == name else _replaced(each, name, other) for key, each in value.items()}
    return {key: each for key, each in replaced.items() if each is not GONE}


@contextmanager
def spoiling(package: Package, stage: Stage) -> Iterator[tuple[Spoiler, HttpLine]]:
    with httpx2.Client(verify=False, timeout=30) as http, open_client(read_seconds=30) as ours:
        folder = Path(bookkeeping.__file__).parent / package.name
        words = {word for each in folder.glob("*.py") for word in re.findall(r"\w+", each.read_text())}
        spoiler = Spoiler(stage.url, Random(), http, frozenset(words))
        with far_side(spoiler) as far:
            line = HttpLine(
                url=far.url,
                client=ours,
                token=lambda: stage.token,
                renew=None,
                pace={},
                clock=stage.clock.now,
                user_agent="Ledenbrug (tests)",
                is_login_problem=package.is_login_problem,
            )
            yield spoiler, line


def everything(
    package: Package, line: HttpLine, stage: Stage, books: Books, own: ContactId, number: str
) -> Iterator[Callable[[], Any]]:
    def ours(_field: Field, value: str) -> bool:
        return value in ("", ANNA[Field.EMAIL])

    there, new = stage.administration, {**ANNA, Field.CUSTOMER_NUMBER: "7000007"}
    yield lambda: package.administrations(line)
    yield lambda: package.who(line) if package.who else ""
    for each in package.settings:
        if each.fetch and (choices := package.choices):
            yield lambda each=each, choices=choices: choices(line, there, each.key)  # type: ignore[misc]
    yield lambda: books.heads(known=[own])
    yield lambda: list(books.read([own]))
    yield lambda: books.find(number)
    yield lambda: books.update(own, {Field.EMAIL: "anders@leden.example"}, ours=ours)
    yield lambda: books.update(own, MANDATE, ours=ours)
    if Group.PERSON in package.groups:
        yield lambda: books.update(own, PERSON, ours=ours)
        yield lambda: books.update(own, {**PERSON, Field.PERSON_LAST_NAME: "Smit"}, ours=ours)
        yield lambda: books.update(own, dict.fromkeys(PERSON, ""), ours=ours)
    yield lambda: books.papers(own)
    yield lambda: books.create(new)
    if package.hooks:
        hooks = package.hooks()
        yield lambda: hooks.register(line, there, ADDRESS)
        yield lambda: hooks.awake(line, there, "1")
    yield lambda: books.archive(own)
    yield lambda: books.remove(own)


def fits(contact: ContactId, length: int) -> bool:
    return re.fullmatch(r"[0-9a-fA-F-]+", contact) is not None and len(contact) <= length


def broken(value: object) -> list[object]:
    """What in a result is not what its type says, as far as everybody after it relies on."""
    if isinstance(value, str):
        return [] if value.isprintable() and len(value) < 2000 else [value]
    if isinstance(value, Remote) and not (fits(value.contact_id, ID_LENGTH) and len(value.version) < VERSION_LENGTH):
        return [value.contact_id, value.version]
    if is_dataclass(value):
        return [each for one in fields(value) for each in broken(getattr(value, one.name))]
    if isinstance(value, Mapping):
        return [each for pair in value.items() for one in pair for each in broken(one)]
    if isinstance(value, list | tuple | frozenset | set):
        return [each for one in value for each in broken(one)]
    return [] if value is None or isinstance(value, bool | int) else [value]


@pytest.mark.parametrize("name", [each.name for each in bookkeeping.visible()])
def test_a_spoilt_answer_becomes_a_whole_result_or_one_of_the_three_troubles(name: str) -> None:
    package = bookkeeping.load(name)
    wrong: dict[str, int] = {}
    with script(name).staged() as stage, spoiling(package, stage) as (spoiler, line):
        for seed in range(SEEDS):
            spoiler.random.seed(seed)
            number = str(7100000 + seed)
            own = stage.add({**ANNA, Field.CUSTOMER_NUMBER: number})
            books = package.books(line, stage.administration, {}, package.groups)
            for operation in everything(package, line, stage, books, own, number):
                try:
                    if found := broken(operation()):
                        wrong[str(found)[:200]] = seed
                except Trouble as trouble:
                    if trouble.reason not in set(Reason):
                        wrong[f"{trouble!r} is for no reason that can be told"] = seed
                except Exception as surprise:
                    at = traceback.extract_tb(surprise.__traceback__)[-1]
                    wrong[f"{surprise!r} at {at.filename}:{at.lineno}"] = seed
    assert wrong == {}


@pytest.mark.parametrize("pages", [1, 3])
@pytest.mark.parametrize("name", [each.name for each in bookkeeping.visible()])
def test_a_list_of_which_a_page_leads_back_ends(name: str, pages: int) -> None:
    package = bookkeeping.load(name)
    asked: list[str] = []
    with script(name).staged() as stage, spoiling(package, stage) as (spoiler, line):

        def leading_back(request: Request) -> Response:
            asked.append(request.path)
            answer = spoiler.passed_on(request)
            asked_for = {**request.query(), "page": str(1 + len(asked) % pages)}
            here = f"{line.url}{request.path}?{urlencode(asked_for)}"
            body = answer.json()
            if isinstance(body, dict) and isinstance(body.get("d"), dict):
                body["d"]["__next"] = here
            link = [("Link", f'<{here}>; rel="next"')]
            return Response(answer.status_code if len(asked) < 40 else 500, json.dumps(body).encode(), link)

        stage.add(ANNA)
        with far_side(leading_back) as far:
            line.url = far.url
            with pytest.raises(Temporary):
                package.books(line, stage.administration, {}, package.groups).heads()
            with suppress(Temporary):  # where it is no list of pages
                package.administrations(line)
    assert len(asked) < 15
