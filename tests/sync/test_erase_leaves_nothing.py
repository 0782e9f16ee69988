"""Whoever it was and whatever was done with the record: erased, nothing is left in the database, sealed or not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ledenbrug.core.records import Group
from ledenbrug.members import custom, filling, operations, tasks
from ledenbrug.members.models import (
    CustomField,
    FillRequest,
    FinancialAdministration,
    Kind,
    Member,
    Note,
    SavedSelection,
)
from ledenbrug.members.operations import NewMandate
from ledenbrug.members.sources import spreadsheet
from ledenbrug.sync.models import Drift, Link, Problem, Reading, StoredPreview
from ledenbrug.wire import sealing
from tests.members.factories import NOW, TODAY, a_custom_field, a_member, a_user
from tests.sync.everywhere import cells
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db(transaction=True)
ALL = (Group.NAME, Group.CUSTOMER_NUMBER, Group.EMAIL, Group.ADDRESS, Group.PHONE, Group.SEPA)
LINES = (
    "initials", "given_name", "first_names", "nickname", "infix", "last_name", "second_infix", "second_last_name",
    "address_extra", "city", "account_holder", "memo",
)  # fmt: skip
KINDS = (Kind.TEXT, Kind.LONG, Kind.NUMBER, Kind.DATE)


@dataclass
class Life:
    """A person, and every value that was ever theirs."""

    stage: Stage
    draw: Callable[[st.SearchStrategy[int]], int]
    own: list[CustomField]
    person: Member
    traces: set[str] = field(default_factory=set)
    said: int = 0

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def word(self) -> str:
        """Like no other, in letters that no other cell has in this order."""
        self.said += 1
        drawn = f"{self.person.pk:04d}{self.said:03d}{self.number(0, 9999):04d}"
        return self.trace("q" + drawn.translate(str.maketrans("0123456789", "bcdfghjklm")) + "z")

    def trace(self, value: str) -> str:
        self.traces.add(value.casefold())
        return value

    def email(self) -> str:
        return f"{self.word()}@{self.word()}.example"

    def iban(self) -> str:
        bare = f"INGB{self.person.pk % 1000:03d}{self.said:03d}{self.number(0, 9999):04d}"
        self.said += 1
        check = 98 - int("".join(str(int(each, 36)) for each in f"{bare}NL00")) % 97
        return self.trace(f"NL{check:02d}{bare}")

    def phone(self) -> str:
        self.said += 1
        return "+316" + self.trace(
            f"{self.number(1, 5)}{self.person.pk % 100:02d}{self.said:02d}{self.number(0, 999):03d}"
        )

    def values(self) -> dict[str, object]:
        """Some fields of a member, each of a kind."""
        every: dict[str, Callable[[], object]] = dict.fromkeys(LINES, self.word)
        every |= {"email": self.email, "invoice_email": self.email, "phone": self.phone, "phone_home": self.phone}
        every |= {"iban": self.iban, "address": lambda: f"{self.word()} 9", "birth_date": self.day}
        chosen = self.draw(st.sets(st.sampled_from(sorted(every)), min_size=1, max_size=6))  # type: ignore[arg-type]
        return {name: every[name]() for name in chosen}  # type: ignore[attr-defined]

    def day(self) -> date:
        """Nobody else's, as everything that is a trace."""
        self.said += 1
        found = date(1900, 1, 1) + timedelta(days=(self.person.pk * 50 + self.said % 50) % 40_000)
        self.trace(found.isoformat())
        return found

    def now(self) -> Member:
        self.person.refresh_from_db()
        return self.person


def edited(it: Life) -> None:
    values = {name: value for name, value in it.values().items() if name != "iban" or not it.person.mandates.exists()}
    operations.change_member(it.now(), seen_version=it.person.version, values=values, by=None, now=NOW)


def own_fields(it: Life) -> None:
    text, long, number, day = it.own
    given = {text.key: it.word(), long.key: f"{it.word()}\n{it.word()}", day.key: it.day(),
             number.key: it.trace(f"7{it.person.pk:05d}{it.number(0, 9999):04d}")}  # fmt: skip
    operations.change_member(it.now(), seen_version=it.person.version, values=given, by=None, now=NOW)


def noted(it: Life) -> None:
    operations.add_note(it.person, text=f"zegt {it.word()}", by=None, now=NOW)


def mandated(it: Life) -> None:
    if not it.now().iban:
        values = {"iban": it.iban()}
        operations.change_member(it.person, seen_version=it.person.version, values=values, by=None, now=NOW)
    books = FinancialAdministration.objects.get(association=it.stage.association)
    mandate = NewMandate(financial_administration=books, reference=it.word(), signed=TODAY)
    signed = operations.add_mandate(it.person, mandate=mandate, by=None, now=NOW)
    operations.end_mandate(signed, ended=TODAY, by=None)


def paid_for(it: Life) -> None:
    details = {"last_name": it.word(), "email": it.email(), "iban": it.iban(), "phone": it.phone()}
    if it.now().payer_details is None:
        operations.set_payer_details(it.person, details=details, by=None, now=NOW)
    else:
        operations.set_payer_self(it.person, by=None)


def merged(it: Life) -> None:
    double = a_member(it.stage.association, status=it.stage.status, last_name=it.word(), email=it.email(),
                      custom={it.own[0].key: it.word()})  # fmt: skip
    operations.add_note(double, text=it.word(), by=None, now=NOW)
    double.refresh_from_db()
    operations.merge_members(it.now(), double, seen=(it.person.version, double.version), by=None, now=NOW)


def in_a_file(it: Life) -> None:
    """That waits, or that was read."""
    content = f"lidnummer;plaats;{it.own[0].name}\n{it.person.number};{it.word()};{it.word()}\n"
    proposal = spreadsheet.compare(
        it.stage.association, spreadsheet.read(content.encode(), own=custom.fields_of(it.stage.association)),
        match_by=spreadsheet.MatchBy.NUMBER, file_name=f"{it.word()}.csv", by=None, now=NOW,
    )  # fmt: skip
    if it.number(0, 1):
        spreadsheet.apply(proposal, by=None, now=NOW)


def in_a_task(it: Life) -> None:
    """A file that waits for a worker, and was perhaps read by one."""
    content = f"lidnummer;plaats\n{it.person.number};{it.word()}\n".encode()
    name = f"{it.word()}.csv"
    asked = tasks.ReadFile(file_name=name, match_by="number", status=it.stage.status.pk, clear_empty=False)
    user = a_user(it.stage.association)
    task = tasks.ask(it.stage.association, asked, name=name, content=content, by=user, now=NOW)
    if it.number(0, 1):
        tasks.work(task.pk, now=NOW)


def proposed(it: Life) -> None:
    draft = operations.draft_change(it.now(), values={"email": it.email()}, origin="elders", by=None, now=NOW)
    operations.propose_changes([draft])
    if it.number(0, 1):
        operations.decline_change(draft, why=it.word(), by=None, now=NOW)


def looked_for(it: Life) -> None:
    """Filters on fields of the association's own hold what somebody typed of this person."""
    own = it.now().custom
    typed = {each.key: str(own.get(each.key, it.person.email)).split("\n")[0] for each in it.own[:2]}
    shorter = {key: text[: len(text) - it.number(0, 1)] if key in own else text for key, text in typed.items() if text}
    query = urlencode({"status": it.stage.status.pk} | shorter)
    SavedSelection.objects.create(association=it.stage.association, name="Gezocht", query=query)


def asked(it: Life) -> None:
    """By a link, which may have been opened; with a reason that names the person."""
    if not it.now().email:
        return
    operations.change_custom_field(it.own[0], by_members=True, by=None)
    found, link = Member.objects.filter(pk=it.person.pk), it.word()
    operations.ask_to_fill_in(
        it.stage.association, found, why=it.word(), language="nl", seen=1, again=1, by=None, now=NOW
    )  # fmt: skip
    FillRequest.objects.update(digest=it.trace(filling.digest_of(link)))


def exported(it: Life) -> None:
    spreadsheet.log(it.stage.association, members=[it.person.pk], fields=["email"], chosen={}, by=None, now=NOW)


def synced(it: Life) -> None:
    it.stage.later(minutes=1).turn()


def at_the_package(it: Life) -> None:
    of = {"association": it.stage.association, "connection": it.stage.connection}
    payer, now = f"m{it.person.pk}", timezone.now()
    sealed = sealing.seal(f'{{"email": "{it.word()}"}}')
    if link := Link.objects.filter(association=it.stage.association, payer=payer).first():
        Drift.objects.get_or_create(**of, link=link, group="email", defaults={"theirs": sealed, "found_at": now})
    Problem.objects.create(**of, payer=payer, reason=f"r{it.said}", params={"value": it.word()}, opened_at=now)
    Reading.objects.get_or_create(**of, page=0, defaults={"sealed": sealed, "at": now})
    StoredPreview.objects.get_or_create(**of, defaults={"sealed": sealed, "at": now})


DOINGS = (edited, own_fields, noted, mandated, paid_for, merged, in_a_file, in_a_task, proposed, looked_for, asked,
          exported, synced, at_the_package)  # fmt: skip


def left(it: Life) -> set[tuple[str, str]]:
    return {(table, each) for table, text in cells() for each in it.traces if each in text.casefold()}


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data(), doings=st.lists(st.sampled_from(DOINGS), min_size=3, max_size=14))
def test_erase_leaves_nothing(data: st.DataObject, doings: list[Callable[[Life], None]]) -> None:
    stage = a_stage(groups=ALL)
    own = [a_custom_field(stage.association, kind.value, kind) for kind in KINDS]
    stays = a_member(stage.association, status=stage.status, custom={own[0].key: "Blijft"})
    kept = SavedSelection.objects.create(association=stage.association, name="Blijft", query=f"{own[0].key}=blij")
    Note.objects.create(association=stage.association, member=stays, at=NOW, text="blijft ook")
    it = Life(stage, data.draw, own, a_member(stage.association, status=stage.status))
    it.trace(it.person.last_name)
    for each in doings:
        each(it)
    assert left(it)
    operations.delete_member(it.person, by=None, now=NOW)
    operations.erase_member(it.person, by=None, now=NOW)
    assert left(it) == set()
    stage.later(days=1).turn()
    assert left(it) == set()
    stays.refresh_from_db()
    assert (stays.custom, stays.notes.count(), SavedSelection.objects.get(pk=kept.pk).query) == (
        {own[0].key: "Blijft"}, 1, f"{own[0].key}=blij",
    )  # fmt: skip
