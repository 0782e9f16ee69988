"""What was still there when somebody looked, and was removed before they pressed: a reason, and nothing is written."""

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import Association, FinancialAdministration, ImportProposal, Member, Period
from ledenbrug.members.operations import NewMandate
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.sources import spreadsheet
from tests.members.factories import (
    IBAN,
    NOW,
    TODAY,
    a_financial_administration,
    a_member,
    a_status,
    an_association,
)

pytestmark = pytest.mark.django_db(transaction=True)  # keys between rows are looked at when a transaction ends


@pytest.fixture
def here() -> Association:
    return an_association()


def waiting(here: Association, text: str) -> ImportProposal:
    proposal = spreadsheet.compare(
        here, spreadsheet.read(text.encode()), match_by=spreadsheet.MatchBy.NUMBER, by=None, now=NOW
    )
    assert proposal.counts["refused"] == 0
    return proposal


def test_an_import_into_a_status_that_was_removed_is_refused_whole_and_waits(here: Association) -> None:
    old, trial = a_status(here, "Lid"), a_status(here, "Proeflid")
    there = a_member(here, number="1", status=old)
    proposal = waiting(here, "Lidnummer;Achternaam;Status\n1;Anders;Lid\n2;Nieuw;Proeflid\n")
    operations.remove_status(trial, by=None)
    with pytest.raises(Refused) as refused:
        spreadsheet.apply(proposal, by=None, now=NOW)
    assert [each.reason for each in refused.value.faults] == [Reason.UNKNOWN_STATUS]
    assert [each.last_name for each in Member.objects.all()] == [there.last_name]
    assert ImportProposal.objects.get().applied_at is None


def test_an_import_of_mandates_for_books_that_were_removed_is_refused_whole(here: Association) -> None:
    a_status(here, "Lid")
    a_financial_administration(here, "Vereniging")
    youth = a_financial_administration(here, "Jeugd")
    text = f'Lidnummer;Achternaam;Status;IBAN;Machtigingen\n2;Nieuw;Lid;{IBAN};"Jeugd; M-1; 01-02-2020"\n'
    proposal = waiting(here, text)
    operations.remove_financial_administration(youth, by=None)
    with pytest.raises(Refused) as refused:
        spreadsheet.apply(proposal, by=None, now=NOW)
    assert [each.reason for each in refused.value.faults] == [Reason.UNKNOWN_ADMINISTRATION]
    assert not Member.objects.exists()


def test_a_status_that_was_removed_while_somebody_chose_it_is_not_given(here: Association) -> None:
    old, trial = a_status(here, "Lid"), a_status(here, "Proeflid")
    member = a_member(here, status=old)
    operations.remove_status(type(trial).objects.get(pk=trial.pk), by=None)
    with pytest.raises(Refused) as refused:
        operations.set_status(member, status=trial, start=TODAY, by=None, now=NOW)
    assert [(each.field, each.reason) for each in refused.value.faults] == [("status", Reason.UNKNOWN_STATUS)]
    assert Period.objects.get().status == old


def test_no_mandate_is_added_for_books_that_were_removed(here: Association) -> None:
    member, books = a_member(here, iban=IBAN), a_financial_administration(here)
    FinancialAdministration.objects.filter(pk=books.pk).delete()
    mandate = NewMandate(financial_administration=books, reference="M-1", signed=TODAY)
    with pytest.raises(Refused) as refused:
        operations.add_mandate(member, mandate=mandate, by=None, now=NOW)
    assert [each.field for each in refused.value.faults] == ["financial_administration"]
    assert not member.mandates.exists()
