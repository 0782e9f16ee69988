"""Who pays for whom: a parent for children, an employer for two, nobody in a circle."""

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import Association, PayerDetails
from ledenbrug.members.refusals import Fault, Reason, Refused
from tests.members.changing import reasons
from tests.members.factories import NOW, OTHER_IBAN, a_member, an_association

pytestmark = pytest.mark.django_db


def test_children_share_a_payer_and_nobody_pays_in_a_circle(association: Association) -> None:
    parent, child, other = a_member(association), a_member(association), a_member(association)
    operations.set_payer_member(child, payer=parent, by=None)
    operations.set_payer_member(other, payer=parent, by=None)
    for payer, member, why in (
        (child, parent, Reason.PAYER_HAS_PAYER),
        (a_member(association), parent, Reason.PAYS_FOR_OTHERS),
        (child, other, Reason.PAYER_HAS_PAYER),
        (child, child, Reason.PAYS_FOR_ITSELF),
    ):
        with pytest.raises(Refused) as refused:
            operations.set_payer_member(member, payer=payer, by=None)
        assert reasons(refused) == [("payer", why)]
    with pytest.raises(Refused) as refused:
        operations.delete_member(parent, by=None, now=NOW)
    assert refused.value.faults == (Fault(Reason.PAYS_FOR_OTHERS, "", {"count": "2"}),)
    operations.set_payer_self(child, by=None)
    child.refresh_from_db()
    assert child.payer_member is None


def test_a_child_does_not_come_back_before_the_parent_who_pays_for_it(association: Association) -> None:
    parent, child = a_member(association), a_member(association)
    operations.set_payer_member(child, payer=parent, by=None)
    for each in (child, parent):
        operations.delete_member(each, by=None, now=NOW)
    with pytest.raises(Refused) as refused:
        operations.restore_member(child, by=None, now=NOW)
    assert reasons(refused) == [("", Reason.PAYER_DELETED)]
    for each in (parent, child):
        operations.restore_member(each, by=None, now=NOW)
    assert list(parent.pays_for.filter(deleted_at=None)) == [child]


def test_a_payer_of_another_association_is_refused(association: Association) -> None:
    with pytest.raises(Refused) as refused:
        operations.set_payer_member(a_member(association), payer=a_member(an_association()), by=None)
    assert reasons(refused) == [("", Reason.OTHER_ASSOCIATION)]


def test_an_employer_pays_for_two(association: Association) -> None:
    one, two = a_member(association), a_member(association)
    employer = operations.set_payer_details(
        one, details={"organisation": "Invented Ltd", "iban": OTHER_IBAN}, by=None, now=NOW
    )
    operations.set_payer_details(two, details=employer, by=None, now=NOW)
    operations.change_payer_details(employer, values={"email": "bills@invented.example"}, by=None, now=NOW)
    employer.refresh_from_db()
    assert (employer.organisation, employer.bic, employer.email) == (
        "Invented Ltd",
        "INGBNL2A",
        "bills@invented.example",
    )
    assert set(employer.pays_for.all()) == {one, two}
    with pytest.raises(Refused) as refused:
        operations.set_payer_details(one, details={"city": "Delft"}, by=None, now=NOW)
    assert reasons(refused) == [("last_name", Reason.REQUIRED)]
    assert PayerDetails.objects.count() == 1
