"""Once a year who left long ago is proposed for erasing; a person says yes, and open mandates hold it back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import Association, ErasureProposal, Mandate, Member, Role
from ledenbrug.members.refusals import Reason
from ledenbrug.sync import nightly
from tests.manager.front import Front, a_front
from tests.members.factories import a_member, a_status

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 3, 30, tzinfo=UTC)


@pytest.fixture
def front() -> Front:
    front = a_front()
    Member.objects.filter(pk=front.gone.pk).update(deleted_at=NOW - timedelta(days=10))
    return front


def somebody(front: Front, *, left: date, archived: bool = True, **fields: object) -> Member:
    status = a_status(front.association, archived=archived)
    member = a_member(front.association, status=status, **fields)
    member.periods.update(start=left)
    return member


def test_who_left_longer_ago_than_is_kept_is_proposed_once_a_year(front: Front) -> None:
    somebody(front, left=date(2024, 10, 1))
    nightly.if_due(now=NOW)
    first = ErasureProposal.objects.get()
    nightly.if_due(now=NOW + timedelta(days=1))
    operations.settle_erasure(first, members=[], by=None, now=NOW + timedelta(days=2))
    nightly.if_due(now=NOW + timedelta(days=360))
    assert ErasureProposal.objects.count() == 1
    nightly.if_due(now=NOW + timedelta(days=367))
    assert ErasureProposal.objects.count() == 2


def test_who_is_still_kept_or_still_a_member_is_not(front: Front) -> None:
    somebody(front, left=date(2024, 12, 1))
    somebody(front, left=date(2010, 1, 1), archived=False)
    nightly.if_due(now=NOW)
    assert not ErasureProposal.objects.exists()
    Association.objects.filter(pk=front.association.pk).update(keeps_former_days=365, calendar_day=None)
    nightly.if_due(now=NOW)
    assert ErasureProposal.objects.count() == 1


def test_a_person_says_yes_and_what_holds_somebody_back_is_told(front: Front) -> None:
    long_ago = date(2020, 1, 1)
    goes, kept, signed, payer, back = (somebody(front, left=long_ago) for _ in range(5))
    Member.objects.filter(pk=front.gone.pk).update(deleted_at=NOW - timedelta(days=800))
    Mandate.objects.create(
        association=front.association, member=signed, financial_administration=front.books, reference="OPEN",
        signed=long_ago,
    )  # fmt: skip
    a_member(front.association, payer_member=payer)
    operations.set_status(back, status=front.status, start=date(2099, 1, 1), by=None, now=NOW)
    operations.propose_erasure(front.association, now=NOW)
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/former/"
    assert f'href="{address}"' in client.get(front.root).content.decode()
    rows = {each["it"].member: each["it"].held for each in client.get(address).context["rows"]}
    assert rows == {
        goes: None, kept: None, front.gone: None, signed: Reason.LIVE_MANDATE, payer: Reason.PAYS_FOR_OTHERS,
        back: Reason.COMES_BACK,
    }  # fmt: skip
    everybody = [goes.pk, front.gone.pk, signed.pk, payer.pk, back.pk, front.member.pk]
    assert client.post(address, {"member": everybody, "erase": "1"}).status_code == 422
    assert Member.objects.filter(pk=goes.pk).exists()
    client.post(address, {"member": everybody, "erase": "1", "sure": "1"})
    left = set(Member.objects.of(front.association).values_list("pk", flat=True))
    assert left >= {kept.pk, signed.pk, payer.pk, back.pk, front.member.pk}
    assert not left & {goes.pk, front.gone.pk}
    assert not Member.objects.filter(pk__in=[signed.pk, payer.pk, back.pk]).exclude(deleted_at=None).exists()
    settled = ErasureProposal.objects.get()
    assert (settled.erased, settled.settled_at is None) == (2, False)
    assert not client.get(address).context["rows"]


def test_nobody_of_another_association_is_erased(front: Front) -> None:
    theirs = a_front()
    stranger = somebody(theirs, left=date(2020, 1, 1))
    mine = somebody(front, left=date(2020, 1, 1))
    proposal = operations.propose_erasure(front.association, now=NOW)
    assert proposal is not None
    gone = operations.settle_erasure(proposal, members=[mine.pk, stranger.pk], by=None, now=NOW)
    assert gone.erased == 1
    assert Member.objects.filter(pk=stranger.pk).exists()
