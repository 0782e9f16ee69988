"""A person who is erased is nowhere in the database any more: every table is searched, sealed values too."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from ledenbrug.core.records import Group
from ledenbrug.members import operations
from ledenbrug.members.models import FinancialAdministration, Member, PayerDetails, SavedSelection
from ledenbrug.members.operations import NewMandate
from ledenbrug.members.operations.erasing import payers_of
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.sources import spreadsheet
from ledenbrug.sync import erasing
from ledenbrug.sync.models import Approval, Drift, Journal, Link, Problem, Reading, StoredPreview
from ledenbrug.wire import sealing
from tests.members.factories import IBAN, NOW, OTHER_IBAN, a_custom_field, a_member
from tests.sync.everywhere import cells
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db(transaction=True)
ALL = (Group.NAME, Group.CUSTOMER_NUMBER, Group.EMAIL, Group.ADDRESS, Group.PHONE, Group.SEPA)
SEALED = {
    "sync_journal", "sync_drift", "sync_reading", "sync_storedpreview", "members_importpart", "members_proposedchange",
}  # fmt: skip
PERSON = {
    "number": "87654", "initials": "Q.X.", "given_name": "Quirijntje", "first_names": "Quirijntje Xantippe",
    "infix": "opden", "last_name": "Zonderspoor", "second_infix": "vander", "second_last_name": "Uitgewist",
    "email": "quirijntje@gewist.example", "invoice_email": "rekening@gewist.example", "phone": "+31612345698",
    "phone_home": "+31201234598", "address": "Vergetelheid 913", "address_extra": "Achterkamer 71",
    "postcode": "9913 ZQ", "city": "Nergenshuizen", "iban": IBAN, "bic": "ABNANL2A",
    "account_holder": "Q.X. op den Zonderspoor", "memo": "Houdt van vergeetmijnietjes", "nickname": "Wispelturia",
    "birth_date": date(1931, 7, 13), "custom": {"shirt": "Reuzenmaat"},
}  # fmt: skip
TRACES = (
    "Quirijntje", "Zonderspoor", "Uitgewist", "gewist.example", "612345698", "201234598", "Vergetelheid", "Achterkamer",
    "9913 ZQ", "Nergenshuizen", IBAN, OTHER_IBAN, "vergeetmijnietjes", "Wispelturia", "1931-07-13", "Reuzenmaat",
    "MACHTIGING-913", "LID-87654", "Curator", "Voorheen", "Vergiet",
)  # fmt: skip


def traces() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, text in cells():
        for trace in TRACES:
            if trace.casefold() in text.casefold():
                found.setdefault(table, set()).add(trace)
    return found


@pytest.fixture
def stage() -> Stage:
    return a_stage(groups=ALL)


def a_known_person(stage: Stage) -> Member:
    """Somebody who left a trace in every store there is."""
    here, by_now = stage.association, {"by": None, "now": NOW}
    person = a_member(here, status=stage.status, **PERSON)
    double = a_member(here, status=stage.status, last_name="Voorheen", email="voorheen@gewist.example")
    books = FinancialAdministration.objects.get(association=here)
    mandate = NewMandate(financial_administration=books, reference="MACHTIGING-913", signed=date(2024, 1, 2))
    signed = operations.add_mandate(person, mandate=mandate, **by_now)
    stage.turn()
    details = {"last_name": "Curator", "email": "curator@gewist.example", "iban": OTHER_IBAN}
    operations.set_payer_details(person, details=details, **by_now)
    stage.later(minutes=1).turn()
    operations.set_payer_self(person, by=None)
    operations.add_note(person, text="Heeft het Vergiet nog", **by_now)
    person.refresh_from_db()
    operations.merge_members(person, double, seen=(person.version, double.version), by=None, now=NOW)
    stage.later(minutes=1).turn()
    _in_the_link(stage, person)
    a_custom_field(here, by_members=True)
    operations.ask_to_fill_in(
        here, Member.objects.filter(pk=person.pk), why="Quirijntje belde.", language="nl", seen=1, **by_now
    )  # fmt: skip
    file = b"lidnummer;achternaam;plaats\n87654;Zonderspoor;Oud Nergenshuizen\n"
    spreadsheet.compare(
        here, spreadsheet.read(file), match_by=spreadsheet.MatchBy.NUMBER, status=stage.status,
        file_name="Zonderspoor.csv", by=None, now=NOW,
    )  # fmt: skip
    operations.end_mandate(signed, ended=date(2026, 4, 1), by=None)
    return person


def _in_the_link(stage: Stage, person: Member) -> None:
    """What only turns up when somebody works at the package."""
    of = {"association": stage.association, "connection": stage.connection}
    payer, sealed, now = f"m{person.pk}", sealing.seal('{"email": "quirijntje@gewist.example"}'), timezone.now()
    link = Link.objects.get(payer=payer)
    values = {"email": "anders@gewist.example"}
    proposed = operations.draft_change(person, values=values, origin="elsewhere", by=None, now=now)
    paid = PayerDetails.objects.get(last_name="Curator")
    declined = operations.draft_change(paid, values=values, origin="elsewhere", by=None, now=now)
    operations.propose_changes([proposed, declined])
    Drift.objects.create(**of, link=link, group="email", theirs=sealed, found_at=now, proposal=proposed)
    operations.decline_change(declined, why="Zonderspoor belde zelf", by=None, now=now)
    Problem.objects.create(**of, payer=payer, reason="invalid", params={"value": "Zonderspoor"}, opened_at=now)
    Approval.objects.create(**of, payer=payer, source=b"x", at=now)
    Reading.objects.create(**of, page=0, sealed=sealed, at=now)
    StoredPreview.objects.create(**of, sealed=sealed, at=now)


def test_nothing_of_an_erased_person_is_left(stage: Stage) -> None:
    bystander = a_member(stage.association, status=stage.status, last_name="Blijft", email="blijft@leden.example")
    person = a_known_person(stage)
    assert traces().keys() >= {*SEALED, "members_member", "members_memberevent", "members_mandate",
                               "members_mandateevent", "members_note", "members_fillround", "members_payerdetails",
                               "members_payerdetailsevent", "members_importproposal", "sync_problem",
                               "sync_link"}  # fmt: skip
    payers = payers_of(person)
    operations.delete_member(person, by=None, now=NOW)
    operations.erase_member(person, by=None, now=NOW)
    assert traces() == {}
    assert not Journal.objects.filter(payer__in=payers).exclude(before="", after="", number="").exists()
    assert Journal.objects.filter(payer__in=payers).exists()
    assert Link.objects.get().payer == f"m{bystander.pk}"
    stage.later(days=1).turn()
    assert traces() == {}
    assert len(stage.contacts()) == 4, "what stands at the package is not touched"


def test_the_number_is_never_issued_again(stage: Stage) -> None:
    person = a_member(stage.association, status=stage.status, number="1")
    operations.delete_member(person, by=None, now=NOW)
    operations.erase_member(person, by=None, now=NOW)
    assert operations.next_number(stage.association) == "2"
    with pytest.raises(Refused) as refused:
        operations.add_member(
            association=stage.association, values={"last_name": "Nieuw", "number": "1"}, status=stage.status,
            start=date(2026, 1, 1), by=None, now=NOW,
        )  # fmt: skip
    assert refused.value.faults[0].reason is Reason.NUMBER_ISSUED


def test_what_stays_at_the_package_is_told_beforehand(stage: Stage) -> None:
    person = a_member(stage.association, status=stage.status)
    stage.turn()
    told = erasing.stays(stage.association, payers_of(person))
    assert [each.administration for each in told] == [stage.connection.administration_name]


def test_who_must_not_be_erased_yet_is_not(stage: Stage) -> None:
    member = a_member(stage.association, status=stage.status, iban=IBAN)
    books = FinancialAdministration.objects.get(association=stage.association)
    mandate = NewMandate(financial_administration=books, reference="M", signed=date(2024, 1, 2))
    operations.add_mandate(member, mandate=mandate, by=None, now=NOW)
    for reason in (Reason.NOT_DELETED, Reason.LIVE_MANDATE):
        with pytest.raises(Refused) as refused:
            operations.erase_member(member, by=None, now=NOW)
        assert refused.value.faults[0].reason is reason
        if reason is Reason.NOT_DELETED:
            operations.delete_member(member, by=None, now=NOW)
    assert Member.objects.filter(pk=member.pk).exists()


def test_while_a_step_waits_for_its_answer_nobody_is_forgotten(stage: Stage) -> None:
    member = a_member(stage.association, status=stage.status)
    operations.delete_member(member, by=None, now=NOW)
    Journal.objects.create(
        association=stage.association, connection=stage.connection, epoch=1, payer=f"m{member.pk}", kind="update",
        noted_at=NOW - timedelta(minutes=1),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        operations.erase_member(member, by=None, now=NOW)
    assert refused.value.faults[0].reason is Reason.UNDER_WAY
    assert Member.objects.filter(pk=member.pk).exists()


def test_a_payer_who_stands_for_a_sister_too_is_kept(stage: Stage) -> None:
    member, sister = (a_member(stage.association, status=stage.status) for _ in range(2))
    details = operations.set_payer_details(member, details={"last_name": "Voogd"}, by=None, now=NOW)
    operations.set_payer_details(sister, details=details, by=None, now=NOW)
    operations.delete_member(member, by=None, now=NOW)
    operations.erase_member(member, by=None, now=NOW)
    sister.refresh_from_db()
    assert sister.payer_details == details


def test_a_kept_selection_that_finds_somebody_else_too_stays(stage: Stage) -> None:
    voice = a_custom_field(stage.association, "Stem")
    person, _ = (a_member(stage.association, custom={voice.key: each}) for each in ("Tenor", "Tenor (hoog)"))
    for typed in ("tenor", "hoog", "Bas"):
        SavedSelection.objects.create(association=stage.association, name=typed, query=f"{voice.key}={typed}")
    operations.delete_member(person, by=None, now=NOW)
    operations.erase_member(person, by=None, now=NOW)
    assert sorted(SavedSelection.objects.values_list("name", flat=True)) == ["Bas", "hoog", "tenor"]
