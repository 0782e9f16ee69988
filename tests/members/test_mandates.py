"""Bank accounts and the mandates that rest on them: neither is changed silently."""

from datetime import date, timedelta

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import Association, Mandate
from ledenbrug.members.operations import IbanChange, NewMandate
from ledenbrug.members.refusals import Reason, Refused
from tests.members.changing import reasons
from tests.members.factories import IBAN, NOW, OTHER_IBAN, TODAY, a_financial_administration, a_mandate, a_member

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = date(2026, 4, 30), date(2026, 5, 2)


def test_an_account_with_a_live_mandate_is_not_changed_silently(association: Association) -> None:
    member = a_member(association, iban=IBAN)
    a_mandate(member)
    with pytest.raises(Refused) as refused:
        operations.change_member(member, seen_version=1, values={"iban": OTHER_IBAN}, by=None, now=NOW)
    assert reasons(refused) == [("iban", Reason.LIVE_MANDATE)]


@pytest.mark.parametrize("how", [IbanChange.TYPING_ERROR, IbanChange.SAME_MANDATE])
def test_the_same_mandate_goes_on_with_another_account(association: Association, how: IbanChange) -> None:
    member = a_member(association, iban=IBAN)
    mandate = a_mandate(member)
    changed = operations.change_iban(member, seen_version=1, iban=OTHER_IBAN, how=how, by=None, now=NOW)
    assert (changed.iban, changed.bic) == (OTHER_IBAN, "INGBNL2A")
    assert list(Mandate.objects.all()) == [mandate]


def test_a_new_mandate_ends_the_old_one(association: Association) -> None:
    member = a_member(association, iban=IBAN)
    old = a_mandate(member)
    new = NewMandate(financial_administration=old.financial_administration, reference="NEW-1", signed=TODAY)
    operations.change_iban(
        member, seen_version=1, iban=OTHER_IBAN, how=IbanChange.NEW_MANDATE, mandates=[new], by=None, now=NOW
    )
    assert list(Mandate.objects.order_by("id").values_list("reference", "ended")) == [
        (old.reference, TODAY),
        ("NEW-1", None),
    ]


def test_a_mandate_needs_an_account_and_there_is_one_live_per_administration(association: Association) -> None:
    books = a_financial_administration(association)
    new = NewMandate(financial_administration=books, reference="A-1", signed=TODAY)
    with pytest.raises(Refused) as refused:
        operations.add_mandate(a_member(association), mandate=new, by=None, now=NOW)
    assert reasons(refused) == [("iban", Reason.NO_IBAN)]
    member = a_member(association, iban=IBAN)
    mandate = operations.add_mandate(member, mandate=new, by=None, now=NOW)
    for reference, why in (("A-2", ("", Reason.LIVE_MANDATE)), ("A-1", ("reference", Reason.REFERENCE_TAKEN))):
        again = NewMandate(financial_administration=books, reference=reference, signed=TODAY)
        holder = member if reference == "A-2" else a_member(association, iban=IBAN)
        with pytest.raises(Refused) as refused:
            operations.add_mandate(holder, mandate=again, by=None, now=NOW)
        assert reasons(refused) == [why]
    with pytest.raises(Refused) as refused:
        operations.end_mandate(mandate, ended=YESTERDAY, by=None)
    assert reasons(refused) == [("ended", Reason.ENDS_BEFORE_SIGNED)]
    operations.end_mandate(mandate, ended=TOMORROW, by=None)
    assert Mandate.objects.get().ended == TOMORROW
    for day in (TOMORROW, TOMORROW + timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            operations.end_mandate(mandate, ended=day, by=None)
        assert reasons(refused) == [("", Reason.MANDATE_ENDED)]
    operations.end_mandate(mandate, ended=TODAY, by=None)
    assert Mandate.objects.get().ended == TODAY


def test_a_mandate_is_not_signed_tomorrow(association: Association) -> None:
    new = NewMandate(financial_administration=a_financial_administration(association), reference="A-1", signed=TOMORROW)
    with pytest.raises(Refused) as refused:
        operations.add_mandate(a_member(association, iban=IBAN), mandate=new, by=None, now=NOW)
    assert reasons(refused) == [("signed", Reason.IN_THE_FUTURE)]


def test_books_with_a_mandate_are_not_removed(association: Association) -> None:
    books = operations.add_financial_administration(association=association, name="Main", by=None)
    operations.change_financial_administration(books, currency="eur", by=None)
    assert books.currency == "EUR"
    mandate = a_mandate(a_member(association, iban=IBAN), books)
    with pytest.raises(Refused) as refused:
        operations.remove_financial_administration(books, by=None)
    assert reasons(refused) == [("", Reason.IN_USE)]
    mandate.delete()
    operations.remove_financial_administration(books, by=None)
