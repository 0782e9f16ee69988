"""`core.port.Books` for one Moneybird administration: which request is made for what, and what comes of it.

It must not decide what to write (`core.plan`) nor how it is written (`translate`); trouble is named in `answers`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from zoneinfo import ZoneInfo

from ledenbrug.bookkeeping.moneybird import answers, papers, translate
from ledenbrug.core.errors import Rejected, Temporary
from ledenbrug.core.line import Answer, Line
from ledenbrug.core.port import Administration, Head, Papers, Remote, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, ContactId, Field, Group, Values

PAGE = 100  # more ids are cut off without a word
EVERYONE = {"include_archived": "true"}
ZONE = ZoneInfo("Europe/Amsterdam")
AT_THE_BANK_AGAIN = timedelta(hours=6)


class MoneybirdBooks:
    def __init__(self, line: Line, administration: str, choices: Mapping[str, str]) -> None:
        self._line = line
        self._administration = administration
        self._base = f"/api/v2/{quote(administration, safe='')}"
        self._choices = choices
        self._no_field: set[Field] = set()
        """Custom fields that turned out to be gone: the next contact need not find that out again."""

    def everyone(self) -> Collection[ContactId]:
        """One request."""
        return self._versions(EVERYONE).keys()

    def heads(self, *, known: Collection[ContactId] = ()) -> Mapping[ContactId, Head]:
        """One request, a second unless all `known` contacts are active: the list does not say who is archived, it only
        leaves them out when not asked for them."""
        active = self._versions({})
        everyone = {} if active.keys() >= set(known) else self._versions(EVERYONE)
        return {
            contact: Head(version, archived=contact not in active) for contact, version in (everyone | active).items()
        }

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        for start in range(0, len(ids), PAGE):
            yield from [self._remote(each) for each in self._read(*ids[start : start + PAGE])]

    def find(self, number: str) -> Remote | None:
        """The look-up by number does not see archived contacts, the search does but lags behind.

        Nothing depends on the search being right: an archived contact keeps its number, so a create that should not
        have been is refused with `number_taken`.
        """
        answer = self._line.request("GET", f"{self._base}/contacts/customer_id/{quote(number, safe='')}.json")
        if answer.status == 200:
            return self._remote(_object(answer))
        if not answers.is_missing(answer):
            raise self._trouble(answer)
        params = {"query": number, "include_archived": "true", "per_page": str(PAGE)}
        found = _list(self._ask("GET", "/contacts.json", params=params))
        return next((self._remote(each) for each in found if each.get("customer_id") == number), None)

    def create(self, values: Values) -> Remote:
        self._check(values)
        attributes = translate.for_create(values, choices=self._choices)
        return self._write("POST", "/contacts.json", attributes, values, expected=201)

    def update(
        self, contact_id: ContactId, values: Values, *, seen: Remote | None = None, ours: Callable[[Field, str], bool]
    ) -> Remote:
        """One request, a second when the contact is not found: an archived one may be hidden. Another one before it
        for an account or a mandate, and for an e-mail address where we last left none."""
        self._check(values)
        if not values.keys().isdisjoint(FIELDS[Group.SEPA]):
            self._leave_to_the_bank(contact_id)
        attributes = translate.for_update(values, choices=self._choices, seen=seen, ours=ours)
        if values.get(Field.EMAIL) and ours(Field.EMAIL, ""):
            there = self._read(contact_id)
            with answers.readable():
                attributes |= translate.delivery(there, ours=ours)
        return self._write("PATCH", f"/contacts/{contact_id}.json", attributes, values, expected=200, of=contact_id)

    def archive(self, contact_id: ContactId) -> None:
        """One request, a second when the contact is not found."""
        answer = self._line.request("PATCH", f"{self._base}/contacts/{contact_id}/archive.json")
        if answers.is_missing(answer):
            if not self._is_there(contact_id):
                raise Rejected(Reason.GONE)
        elif answer.status not in (200, 204) and not answers.is_archived_already(answer):
            raise self._trouble(answer)

    def remove(self, contact_id: ContactId) -> Removal:
        """Two requests: a contact in use is archived instead, and the answer is the same."""
        answer = self._line.request("DELETE", f"{self._base}/contacts/{contact_id}.json")
        if answers.is_missing(answer):
            return Removal.ARCHIVED if self._is_there(contact_id) else Removal.DELETED
        if answers.is_archived_already(answer):
            return Removal.ARCHIVED
        if answer.status == 422:
            raise Rejected(Reason.IN_USE)
        if answer.status not in (200, 204):
            raise self._trouble(answer)
        return Removal.ARCHIVED if self._exists(contact_id) else Removal.DELETED

    def papers(self, contact_id: ContactId) -> Papers:
        """Three requests."""
        return papers.of(self._line, self._administration, contact_id, trouble=self._trouble, today=self._today())

    def page(self, contact_id: ContactId) -> str:
        return f"{self._line.url}/{self._administration}/contacts/{contact_id}"

    def _check(self, values: Values) -> None:
        translate.check(values, today=self._today(), lacking=self._no_field)

    def _leave_to_the_bank(self, contact_id: ContactId) -> None:
        """While an invoice is being collected, the account and the mandate that it is collected with stay."""
        if papers.at_the_bank(self._line, self._administration, contact_id, trouble=self._trouble):
            again = self._line.now() + AT_THE_BANK_AGAIN
            raise Rejected(Reason.AT_THE_BANK, field=Field.DIRECT_DEBIT, again=again.isoformat())

    def _write(
        self,
        method: str,
        path: str,
        attributes: Mapping[str, Any],
        values: Values,
        *,
        expected: int,
        of: ContactId | None = None,
    ) -> Remote:
        answer = self._line.request(method, self._base + path, json={"contact": attributes})
        if answer.status == expected:
            return self._remote(_object(answer))
        if of and answers.is_missing(answer):
            raise Rejected(Reason.ARCHIVED if self._is_there(of) else Reason.GONE)
        trouble = self._trouble(answer)
        if not isinstance(trouble, Rejected):
            raise trouble
        refused = (trouble, *trouble.more)
        self._no_field |= {each.field for each in refused if each.field and each.reason == Reason.NO_FIELD}
        raise self._tomorrow(trouble, values)

    def _tomorrow(self, refused: Rejected, values: Values) -> Rejected:
        """A mandate signed today may be refused as if it lay in the future."""
        today = self._today()
        if refused.reason != Reason.MANDATE_IN_FUTURE or values.get(Field.MANDATE_SIGNED) != today.isoformat():
            return refused
        again = datetime.combine(today + timedelta(days=1), time(0, 5), tzinfo=ZONE)
        return Rejected(Reason.MANDATE_TODAY, field=refused.field, more=refused.more, again=again.isoformat())

    def _is_there(self, contact_id: ContactId) -> bool:
        """A contact that is not found may be archived, or the administration out of reach: this tells the three."""
        return any(str(each.get("id")) == contact_id for each in self._read(contact_id))

    def _read(self, *ids: ContactId) -> list[Any]:
        return _list(self._ask("POST", "/contacts/synchronization.json", json={"ids": list(ids)}))

    def _exists(self, contact_id: ContactId) -> bool:
        path = f"{self._base}/contacts/{contact_id}.json"
        answer = self._line.request("GET", path, params={"include_archived": "true"})
        if answer.status != 200 and not answers.is_missing(answer):
            raise self._trouble(answer)
        return answer.status == 200

    def _versions(self, params: Mapping[str, str]) -> dict[ContactId, str]:
        """One request, unless Moneybird divides the list after all: half of it would make the other half look gone."""
        versions: dict[ContactId, str] = {}
        page: Mapping[str, str] | None = params
        asked = []
        while page is not None:
            asked.append(page)
            answer = self._ask("GET", "/contacts/synchronization.json", params=page)
            versions |= {ContactId(str(each["id"])): str(each["version"]) for each in _list(answer, "id", "version")}
            page = _next_page(answer)
            if page in asked:
                raise Temporary(Reason.NOT_JSON, reached=True)  # it would never end
        return versions

    def _ask(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, json: object | None = None
    ) -> Answer:
        answer = self._line.request(method, self._base + path, params=params, json=json)
        if answer.status != 200:
            raise self._trouble(answer)
        return answer

    def _trouble(self, answer: Answer) -> Exception:
        return answers.verdict(answer, now=self._line.now(), choices=self._choices)

    def _remote(self, contact: Mapping[str, Any]) -> Remote:
        if not _holds(contact, ("id", "version")):
            raise Temporary(Reason.NOT_JSON, reached=True)
        with answers.readable():
            young = translate.is_young(contact, now=self._line.now())
            return translate.remote(contact, choices=self._choices, young=young)

    def _today(self) -> date:
        return self._line.now().astimezone(ZONE).date()


def administrations(line: Line) -> Sequence[Administration]:
    answer = line.request("GET", "/api/v2/administrations.json")
    if answer.status != 200:
        raise answers.verdict(answer, now=line.now(), choices={})
    return [
        Administration(str(each["id"]), str(each["name"]), usable=not each.get("suspended"))
        for each in _list(answer, "id", "name")
    ]


def custom_fields(line: Line, administration: str) -> Sequence[tuple[str, str]]:
    """Those of contacts: id and name."""
    answer = line.request("GET", f"/api/v2/{quote(administration, safe='')}/custom_fields.json")
    if answer.status != 200:
        raise answers.verdict(answer, now=line.now(), choices={})
    return [
        (str(each["id"]), str(each["name"])) for each in _list(answer, "id", "name") if each.get("source") == "contact"
    ]


def _list(answer: Answer, *keys: str) -> list[Any]:
    found = answer.json()
    if not isinstance(found, list) or not all(isinstance(each, dict) and _holds(each, keys) for each in found):
        raise Temporary(Reason.NOT_JSON, reached=True)
    return found


def _holds(row: Mapping[str, Any], keys: Sequence[str]) -> bool:
    return all(isinstance(row.get(each), str | int) for each in keys)


def _object(answer: Answer) -> Mapping[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise Temporary(Reason.NOT_JSON, reached=True)
    return found


def _next_page(answer: Answer) -> Mapping[str, str] | None:
    found = re.search(r'<([^>]*)>;\s*rel="next"', answer.headers.get("link", ""))
    return dict(parse_qsl(urlsplit(found[1]).query)) if found else None
