"""Requests to one division: paths, pages, rights.

It knows no field of ours and decides nothing; what an answer means is in `answers`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec

from ledenbrug.bookkeeping.exact_online import AT_ONCE, answers
from ledenbrug.bookkeeping.exact_online.answers import Entity
from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.line import Answer, Line
from ledenbrug.core.reasons import Reason

ACCOUNTS, BULK = "crm/Accounts", "bulk/CRM/Accounts"
PERSONS, PERSONS_BULK = "crm/Contacts", "bulk/CRM/Contacts"
BANK_ACCOUNTS, MANDATES = "crm/BankAccounts", "cashflow/DirectDebitMandates"
CONDITIONS = "cashflow/PaymentConditions"
RECEIVABLES, SUBSCRIPTIONS = "read/financial/ReceivablesList", "subscription/Subscriptions"
WHOLE = {"Prefer": "return=representation"}
"""Without it the answer to a write holds hardly more than the id."""
_REFERENCES = ("Account", "BankAccount")
SHORT = 10
"""Pages of a list that are soon read anew."""

Row = Mapping[str, Any]
Page = tuple[list[Row], Mapping[str, str] | None]
"""Rows, and the parameters of the next page."""
_PAGE = msgspec.json.Decoder(Page)
_PART = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Division:
    """One administration there. Every request is one at a time: the service wants it so."""

    def __init__(self, line: Line, code: str) -> None:
        self.line = line
        self.code = quote(code, safe="")
        self._allowed: set[str] = set()
        self.writes = 0
        """How many were carried out."""
        self._listed: dict[str, msgspec.Raw] | None = None
        """While everyone is listed: the pages that were read."""

    def ask(
        self,
        method: str,
        endpoint: str,
        *,
        key: str = "",
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        path = f"/api/v1/{self.code}/{endpoint}" + (f"(guid'{key}')" if key else "")
        return self.line.request(method, path, params=params, json=json, headers=headers)

    def rows(self, endpoint: str, *, select: str, where: str = "", expand: str = "") -> Iterator[Row]:
        """Every page, one request each."""
        told = {"$select": select, "$filter": where, "$expand": expand}
        yield from self.pages(endpoint, {name: value for name, value in told.items() if value})

    def pages(self, endpoint: str, params: Mapping[str, str] | None) -> Iterator[Row]:
        """From the page with these parameters on."""
        seen: set[str] = set()
        while params is not None:
            key = f"{endpoint}?{urlencode(params)}"
            if key in seen:
                raise Temporary(Reason.NOT_JSON, reached=True)  # it would never end
            seen.add(key)
            found, params = self._page(endpoint, params, key)
            yield from found

    @contextmanager
    def listing(self) -> Iterator[None]:
        """Of everyone: it may take more requests than a window allows. What was read by then is kept; so is a whole
        list that is long, for what is done with it may have to wait."""
        before = {key: each for part in self.line.kept.parts() for key, each in _PART.decode(part).items()}
        listed = self._listed = dict(before)
        waits = False
        try:
            yield
            waits = len(listed) > SHORT
        except Temporary as trouble:
            waits = not trouble.reached
            raise
        finally:
            self._listed = None
            new = {key: each for key, each in listed.items() if key not in before}
            if waits and new:
                self.line.kept.add(msgspec.json.encode(new))

    def _page(self, endpoint: str, params: Mapping[str, str], key: str) -> Page:
        if self._listed is not None and key in self._listed:
            found: Page = _PAGE.decode(self._listed[key])
            return found
        answer = self.ask("GET", endpoint, params=params)
        if answer.status != 200:
            raise self.trouble(answer)
        read = page(answer)
        if self._listed is not None:
            self._listed[key] = msgspec.Raw(msgspec.json.encode(read))
        return read

    def sure(self, endpoint: str, found: bool) -> None:
        """Nothing at all may mean that we may not look: one more request tells, once."""
        if not found and not self.may_read(endpoint):
            raise LoginNeeded(Reason.NO_ACCESS)

    def of(self, endpoint: str, keys: Sequence[str], *, select: str, by: str, expand: str = "") -> list[Row]:
        """The rows whose `by` is one of `keys`: a list, for a row asked by its key and not found is an error."""
        found: list[Row] = []
        for start in range(0, len(keys), AT_ONCE):
            where = " or ".join(f"{by} eq guid'{each}'" for each in keys[start : start + AT_ONCE])
            found += self.rows(endpoint, select=select, where=where, expand=expand)
        if keys:
            self.sure(endpoint, bool(found))
        return found

    def write(self, method: str, endpoint: str, entity: Entity, properties: Row, *, key: str = "") -> Row | None:
        """The row as it stands then; None where the service does not tell."""
        answer = self.ask(method, endpoint, key=key, json=properties, headers=WHOLE)
        return self.written(answer, entity)

    def brought(self, method: str, endpoint: str, entity: Entity, properties: Row, *, before: Row | None = None) -> Row:
        """The row as it stands then, as far as we know. A reference to what is not there is dropped without a word:
        then it hangs nowhere."""
        key = str(before.get("ID") or "") if before else ""
        if before and not key:
            raise Temporary(Reason.NOT_JSON, reached=True)
        answer = self.write(method, endpoint, entity, properties, key=key) or {}
        if any(properties.get(each) and answer.get("Modified") and not answer.get(each) for each in _REFERENCES):
            raise answers.refused("", entity)
        told = {each: value for each, value in answer.items() if value is not None}
        return {**(before or {}), **properties, **told}

    def change(self, endpoint: str, properties: Row, *, key: str) -> Answer:
        return self.ask("PUT", endpoint, key=key, json=properties, headers=WHOLE)

    def written(self, answer: Answer, entity: Entity) -> Row | None:
        if answer.status not in (200, 201, 204):
            raise self.trouble(answer, entity)
        self.writes += 1
        return one(answer) if answer.status != 204 and answer.body else None

    def trouble(self, answer: Answer, entity: Entity | None = None) -> Exception:
        return answers.verdict(answer, now=self.line.now(), entity=entity)

    def may_read(self, endpoint: str) -> bool:
        if endpoint in self._allowed:
            return True
        params = {"endpoint": f"'{endpoint}'", "action": "'GET'"}
        answer = self.ask("GET", "users/UserHasRights", params=params)
        if answer.status != 200:
            raise self.trouble(answer)
        if _says_yes(answer.json()):
            self._allowed.add(endpoint)
        return endpoint in self._allowed


def page(answer: Answer) -> Page:
    """An object with `results`, or a bare array."""
    said = _d(answer)
    rows = said.get("results") if isinstance(said, dict) else said
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise Temporary(Reason.NOT_JSON, reached=True)
    following = said.get("__next") if isinstance(said, dict) else None
    return rows, (dict(parse_qsl(urlsplit(str(following)).query)) if following else None)


def one(answer: Answer) -> Row:
    said = _d(answer)
    if not isinstance(said, dict) or "results" in said:
        raise Temporary(Reason.NOT_JSON, reached=True)
    return said


def expanded(row: Row, name: str) -> list[Row] | None:
    """What came along with it; None where only the way there did."""
    held = row.get(name)
    rows = held.get("results") if isinstance(held, dict) else None
    return rows if isinstance(rows, list) and all(isinstance(each, dict) for each in rows) else None


def _d(answer: Answer) -> Any:
    said = answer.json()
    if not isinstance(said, dict) or "d" not in said:
        raise Temporary(Reason.NOT_JSON, reached=True)
    return said["d"]


def _says_yes(said: Any) -> bool:
    """The shape of this answer is nowhere written down: what counts is the one truth value in it."""
    while isinstance(said, dict | list) and said:
        inside = [each for each in (said.values() if isinstance(said, dict) else said) if isinstance(each, bool)]
        if inside:
            return all(inside)
        said = said.get("d", said.get("results", next(iter(said.values())))) if isinstance(said, dict) else said[0]
    return str(said).casefold() in ("true", "1")
