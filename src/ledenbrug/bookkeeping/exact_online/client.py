"""`core.port.Books` for one Exact Online division: which requests are made for what, and what comes of them.

It must not decide what to write (`core.plan`) nor how it is written (`translate`, `persons`, `collecting`); trouble is
named in `answers`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from ledenbrug.bookkeeping.exact_online import (
    AT_ONCE,
    END_DATE,
    LEAVER,
    PACKAGE,
    answers,
    beside,
    collecting,
    translate,
)
from ledenbrug.bookkeeping.exact_online.answers import Entity
from ledenbrug.bookkeeping.exact_online.asking import (
    ACCOUNTS,
    BULK,
    RECEIVABLES,
    SUBSCRIPTIONS,
    Division,
    Row,
    page,
)
from ledenbrug.bookkeeping.exact_online.beside import Beside
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.line import Line
from ledenbrug.core.port import Head, Papers, Remote, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Group, Values

ZONE = ZoneInfo("Europe/Amsterdam")
YOUNG = timedelta(minutes=1)
"""So long what `heads` saw may be read without asking again."""
_TOLD = msgspec.json.Decoder(tuple[Row, Beside])


@dataclass(frozen=True, slots=True)
class _Seen:
    """Every account as `heads` saw it, in as little room as possible."""

    at: datetime
    accounts: Mapping[ContactId, bytes]
    beside: Mapping[str, Beside]


class ExactBooks:
    """`groups` go over; what else hangs on an account is not read either."""

    def __init__(self, line: Line, administration: str, choices: Mapping[str, str], groups: frozenset[Group]) -> None:
        self._line = line
        self._division = Division(line, administration)
        self._choices = choices
        self._groups = groups & beside.GROUPS
        self._nothing = Beside(self._groups)
        along = collecting.ALONG if Group.SEPA in groups else ""
        self._whole = {"select": ",".join(filter(None, (translate.SELECT, along))), "expand": along}
        self._seen: _Seen | None = None
        self._written: set[ContactId] = set()
        """What was seen of these before says nothing any more."""
        self._begun: dict[str, Row] = {}
        """Accounts made here by a create that was refused halfway, by number: they are not made again."""

    def everyone(self) -> Collection[ContactId]:
        return self.heads().keys()

    def heads(self, *, known: Collection[ContactId] = ()) -> Mapping[ContactId, Head]:
        """One request per thousand accounts, and what `beside` takes where that goes over.

        A page costs the same with every field in it, so it is kept for the `read` that follows.
        """
        heads, accounts = {}, {}
        with self._division.listing():
            hanging = beside.of_everyone(self._division, self._groups)
            for row in self._division.rows(BULK, select=translate.SELECT):
                contact, there = _id(row), hanging.get(_id(row), self._nothing)
                archived = translate.is_archived(row, today=self._today())
                heads[contact] = Head(translate.version(row, beside=there.version), archived)
                accounts[contact] = msgspec.json.encode(row)
            self._division.sure(ACCOUNTS, bool(heads))
        self._seen = _Seen(self._line.now(), accounts, hanging)
        return heads

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        """Many at once come from what `heads` just saw. Else a request per page, and those for what hangs on them."""
        seen = self._seen
        if seen and len(ids) > AT_ONCE and self._line.now() < seen.at + YOUNG:
            known = [each for each in ids if each in seen.accounts]
            yield from (
                self._remote(msgspec.json.decode(seen.accounts[each]), seen.beside.get(each, self._nothing))
                for each in known
            )
            return
        real = [each for each in ids if translate.is_guid(each)]
        self._line.room(PACKAGE.look(len(real), self._groups))
        for start in range(0, len(real), AT_ONCE):
            rows = self._accounts(real[start : start + AT_ONCE])
            hanging = self._beside(rows, self._groups)
            yield from [self._remote(each, hanging[_id(each)]) for each in rows]

    def find(self, number: str) -> Remote | None:
        """Blocked and ended ones too. One request, and those for what hangs on it; nothing found: two."""
        if not translate.is_code(number):
            return None
        rows = list(self._division.rows(ACCOUNTS, where=f"trim(Code) eq '{number}'", **self._whole))
        self._division.sure(ACCOUNTS, bool(rows))
        account = next((each for each in rows if translate.text(each, "Code") == number), None)
        if account is None:
            return None
        return self._remote(account, self._of(account, self._groups))

    def create(self, values: Values) -> Remote:
        """One request, and one each for a contact person, a bank account, a mandate."""
        translate.check({Field.CUSTOMER_NUMBER: "", **values})
        properties, number = translate.for_create(values, choices=self._choices), values[Field.CUSTOMER_NUMBER]
        self._line.room(PACKAGE.requests(True, values))
        with self._all_or_in_doubt():
            begun = self._begun.get(number)
            account = begun or self._division.write("POST", ACCOUNTS, Entity.ACCOUNT, properties) or {}
            if not translate.text(account, "Code"):  # the answer holds the id alone
                account = self._account(_id(account))
            self._begun[number] = account
            if not begun and (lost := translate.dropped(properties, account)):
                raise lost
            there = self._of(account, self._groups) if begun else self._nothing
            done = self._brought(account, values, there)
        del self._begun[number]
        return done

    def update(
        self, contact_id: ContactId, values: Values, *, seen: Remote | None = None, ours: Callable[[Field, str], bool]
    ) -> Remote:
        """Two requests: the answer to a change says nothing of what stands there then. `seen` was read just now."""
        written: Values = {each: value for each, value in values.items() if each is not Field.CUSTOMER_NUMBER}
        translate.check(written)
        properties = translate.for_update(written, seen=seen, ours=ours)
        before, there = _told(seen) if seen and contact_id not in self._written else (None, None)
        only_beside = PACKAGE.requests(True, written) - 1
        self._line.room(only_beside if before and not properties else PACKAGE.requests(False, written))
        self._written.add(contact_id)
        with self._all_or_in_doubt():
            account = self._put(contact_id, properties) if properties else before
            account = account or self._account(contact_id)
            if lost := translate.dropped(properties, account):
                raise lost
            concerned = beside.concerned(written)
            if there is None or not concerned <= there.groups:
                there = self._of(account, concerned)
            return self._brought(account, written, there)

    def archive(self, contact_id: ContactId) -> None:
        """There is none: blocked or ended, as the connection says. A second request when it is not found."""
        if self._choices.get(LEAVER) == END_DATE:
            self._put(contact_id, {"EndDate": self._today().isoformat()})
        else:
            self._put(contact_id, {"Blocked": True})

    def remove(self, contact_id: ContactId) -> Removal:
        """Whatever hangs on an account keeps it there. A second request when it is not found."""
        answer = self._division.ask("DELETE", ACCOUNTS, key=contact_id)
        if answer.status in (200, 204) or (answer.status == 404 and not self._found(contact_id)):
            return Removal.DELETED
        if answer.status == 500 and answers.message(answer):
            raise Rejected(Reason.IN_USE)
        raise self._division.trouble(answer)

    def papers(self, contact_id: ContactId) -> Papers:
        """Two requests, and one more for each that finds nothing, for that may mean that we may not look."""
        open_ones = self._papers(RECEIVABLES, "HID", f"AccountId eq guid'{contact_id}'")
        recurring = self._papers(SUBSCRIPTIONS, "EndDate,CancellationDate", f"OrderedBy eq guid'{contact_id}'")
        if open_ones is None or recurring is None:
            return Papers(known=False)
        today = self._today()
        ends = [translate.day(each.get("CancellationDate") or each.get("EndDate")) for each in recurring]
        return Papers(open=len(open_ones), recurring=sum(each is None or each >= today for each in ends))

    def page(self, contact_id: ContactId) -> str:
        return f"{self._line.url}/docs/CRMAccountCard.aspx?ID={contact_id}&_Division_={self._division.code}"

    def _brought(self, account: Row, values: Values, there: Beside) -> Remote:
        there = beside.bring(self._division, _id(account), values, there=there, today=self._today())
        return self._remote(account, there)

    def _papers(self, endpoint: str, select: str, where: str) -> list[Row] | None:
        """None where these are not ours to see: not in the licence, or not among the user's rights."""
        answer = self._division.ask("GET", endpoint, params={"$select": select, "$filter": where})
        if answer.status in (403, 404):
            return None
        if answer.status != 200:
            raise self._division.trouble(answer)
        rows, _ = page(answer)
        return rows if rows or self._division.may_read(endpoint) else None

    def _put(self, contact_id: ContactId, properties: Row) -> Row | None:
        answer = self._division.change(ACCOUNTS, properties, key=contact_id)
        if answer.status == 404 and not self._found(contact_id):
            raise Rejected(Reason.GONE)
        return self._division.written(answer, Entity.ACCOUNT)

    def _account(self, contact_id: ContactId) -> Row:
        found = self._found(contact_id)
        if not found:
            raise Rejected(Reason.GONE)
        return found[0]

    def _found(self, contact_id: ContactId) -> list[Row]:
        return self._accounts([contact_id] if translate.is_guid(contact_id) else [])

    def _accounts(self, keys: Sequence[ContactId]) -> list[Row]:
        return self._division.of(ACCOUNTS, keys, by="ID", **self._whole)

    def _of(self, account: Row, groups: frozenset[Group]) -> Beside:
        return self._beside([account], groups)[_id(account)]

    def _beside(self, accounts: Sequence[Row], groups: frozenset[Group]) -> Mapping[ContactId, Beside]:
        hanging = beside.of_some(self._division, accounts, groups) if accounts else {}
        return {_id(each): hanging.get(_id(each), Beside(groups)) for each in accounts}

    def _remote(self, account: Row, there: Beside) -> Remote:
        today = self._today()
        try:
            found = translate.remote(account, more=there.values(today=today), beside=there.version, today=today)
        except (KeyError, TypeError, ValueError):
            raise Temporary(Reason.NOT_JSON, reached=True) from None
        alone = {key: account.get(key) for key in translate.SELECT.split(",")}
        return replace(found, told=msgspec.json.encode((alone, there)).decode())

    @contextmanager
    def _all_or_in_doubt(self) -> Iterator[None]:
        """Once something of several writes stands there, giving up means: look before trying again."""
        before = self._division.writes
        try:
            yield
        except (Temporary, LoginNeeded) as trouble:
            if self._division.writes == before:
                raise
            until = trouble.until if isinstance(trouble, Temporary) else None
            reason = trouble.reason if isinstance(trouble, Temporary) else Reason.NO_ANSWER
            raise Temporary(reason, until=until, reached=True) from None

    def _today(self) -> date:
        return self._line.now().astimezone(ZONE).date()


def _told(seen: Remote) -> tuple[Row, Beside] | tuple[None, None]:
    """As it was read: an update that follows need not look again."""
    try:
        return _TOLD.decode(seen.told)
    except msgspec.DecodeError:
        return None, None


def _id(row: Row) -> ContactId:
    found = translate.text(row, "ID")
    if not translate.is_guid(found):
        raise Temporary(Reason.NOT_JSON, reached=True)
    return ContactId(found)
