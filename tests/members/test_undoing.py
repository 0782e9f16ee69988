"""What must not come back with a change that is taken back: an account under a mandate signed since, a value that no
longer fits.
"""

from datetime import date
from typing import Any

import pytest

from ledenbrug.members import custom, operations
from ledenbrug.members.models import Association, BulkChange, Kind, Member
from ledenbrug.members.operations import NewMandate, Undone
from ledenbrug.members.sources import spreadsheet
from tests.members.factories import (
    IBAN,
    NOW,
    OTHER_IBAN,
    TODAY,
    a_custom_field,
    a_financial_administration,
    a_mandate,
    a_member,
    a_status,
    an_association,
)

pytestmark = pytest.mark.django_db(transaction=True)  # a change has the time of its transaction
THIRD_IBAN = "NL02ABNA0123456789"


@pytest.fixture
def here() -> Association:
    here = an_association()
    a_status(here, "Lid")
    a_financial_administration(here, "Vereniging")
    return here


def imported(here: Association, text: str) -> BulkChange:
    sheet = spreadsheet.read(text.encode(), own=custom.fields_of(here))
    proposal = spreadsheet.compare(here, sheet, match_by=spreadsheet.MatchBy.NUMBER, by=None, now=NOW)
    assert proposal.counts["refused"] == 0
    change = spreadsheet.apply(proposal, by=None, now=NOW).change
    assert change is not None
    return change


def undone(change: BulkChange) -> Undone:
    return operations.undo(change, by=None, now=NOW)


def signed(member: Member, reference: str = "M-2", day: date = TODAY) -> None:
    books = member.association.financial_administrations.get()
    mandate = NewMandate(financial_administration=books, reference=reference, signed=day)
    operations.add_mandate(member, mandate=mandate, by=None, now=NOW)


def references(member: Member) -> list[tuple[str, date | None]]:
    return list(member.mandates.order_by("id").values_list("reference", "ended"))


def test_an_account_does_not_come_back_under_a_mandate_that_was_signed_since(here: Association) -> None:
    account: dict[str, Any] = {"iban": IBAN, "bic": "ABNANL2A", "account_holder": "A. Oud"}
    member = a_member(here, number="1", city="Delft", **account)
    other = a_member(here, number="2", city="Delft", **account)
    change = imported(here, f"Lidnummer;Plaats;IBAN;Rekeninghouder\n1;Gouda;{OTHER_IBAN};A. Nieuw\n"
                            f"2;Gouda;{OTHER_IBAN};A. Nieuw\n")  # fmt: skip
    signed(member)
    assert undone(change) == Undone(back=2, stayed=0, accounts=("1",))
    member.refresh_from_db()
    other.refresh_from_db()
    assert (member.city, member.iban, member.bic, member.account_holder) == (
        "Delft",
        OTHER_IBAN,
        "INGBNL2A",
        "A. Nieuw",
    )
    assert {name: getattr(other, name) for name in account} == account


def test_who_differs_in_the_account_alone_is_told_of_and_no_more(here: Association) -> None:
    member = a_member(here, number="1", iban=IBAN)
    change = imported(here, f"Lidnummer;IBAN\n1;{OTHER_IBAN}\n")
    signed(member)
    assert undone(change) == Undone(back=0, stayed=0, accounts=("1",))


def test_a_first_account_that_a_mandate_hangs_on_since_is_not_emptied(here: Association) -> None:
    member = a_member(here, number="1")
    change = imported(here, f"Lidnummer;IBAN\n1;{IBAN}\n")
    signed(member)
    assert undone(change).accounts == ("1",)
    member.refresh_from_db()
    assert member.iban == IBAN


def test_an_ended_mandate_holds_no_account(here: Association) -> None:
    member = a_member(here, number="1", iban=IBAN)
    change = imported(here, f"Lidnummer;IBAN\n1;{OTHER_IBAN}\n")
    signed(member)
    operations.end_mandate(member.mandates.get(), ended=TODAY, by=None)
    assert undone(change) == Undone(back=1, stayed=0)
    member.refresh_from_db()
    assert member.iban == IBAN


def test_a_new_member_with_a_mandate_signed_since_stays(here: Association) -> None:
    change = imported(here, f"Lidnummer;Achternaam;Lidstatus;IBAN\n7;Nieuw;Lid;{IBAN}\n")
    member = Member.objects.get(number="7")
    signed(member)
    assert undone(change) == Undone(back=0, stayed=1)
    member.refresh_from_db()
    assert (member.deleted_at, references(member)) == (None, [("M-2", None)])


def test_a_mandate_does_not_come_to_life_over_another_account(here: Association) -> None:
    member = a_member(here, number="1", iban=IBAN)
    a_mandate(member, here.financial_administrations.get(), reference="M-1")
    change = imported(here, f'Lidnummer;IBAN;Machtigingen\n1;{OTHER_IBAN};"M-1; 01-01-2021; {TODAY:%d-%m-%Y}"\n')
    member.refresh_from_db()
    operations.change_member(member, seen_version=member.version, values={"iban": THIRD_IBAN}, by=None, now=NOW)
    assert undone(change) == Undone(back=0, stayed=1)
    member.refresh_from_db()
    assert (member.iban, references(member)) == (THIRD_IBAN, [("M-1", TODAY)])


def test_one_field_of_ones_own_goes_back_beside_another_that_was_edited_since(here: Association) -> None:
    shirt, song, late = (a_custom_field(here, name).key for name in ("Shirt", "Lied", "Later"))
    member = a_member(here, number="1", custom={shirt: "M", song: "Wilhelmus"})
    change = imported(here, "lidnummer;shirt;lied\n1;L;Io Vivat\n")
    member.refresh_from_db()
    edits = {song: "Anders", late: "x"}
    operations.change_member(member, seen_version=member.version, values=edits, by=None, now=NOW)
    assert undone(change) == Undone(back=1, stayed=0)
    member.refresh_from_db()
    assert member.custom == {shirt: "M", song: "Anders", late: "x"}


def test_a_choice_that_is_no_longer_on_the_list_does_not_come_back(here: Association) -> None:
    shirt = a_custom_field(here, "Shirt", Kind.CHOICE, choices=["M", "L"])
    gone = a_custom_field(here, "Weg")
    member = a_member(here, number="1", city="Delft", custom={shirt.key: "M", gone.key: "x"})
    change = imported(here, "lidnummer;plaats;shirt;weg\n1;Gouda;L;y\n")
    operations.change_custom_field(shirt, choices=["L"], by=None)
    operations.change_custom_field(gone, archived=True, by=None)
    operations.remove_custom_field(gone, by=None)
    assert undone(change) == Undone(back=1, stayed=0)
    member.refresh_from_db()
    assert (member.city, member.custom) == ("Delft", {shirt.key: "L"})


def test_a_status_that_was_removed_since_does_not_come_back_and_holds_up_nothing_else(here: Association) -> None:
    first, old, new = here.statuses.get(), a_status(here, "Proeflid"), a_status(here, "Steunlid")
    start = date(2025, 1, 1)
    corrected, moved = a_member(here, status=old, since=start), a_member(here, status=first)
    both = Member.objects.filter(pk__in=[corrected.pk, moved.pk])
    change = operations.set_status_of(here, both, status=new, start=start, seen=2, by=None, now=NOW)
    operations.remove_status(old, by=None)
    assert undone(change) == Undone(back=1, stayed=1)
    assert [each.status for each in both.order_by("id")] == [new, first]
