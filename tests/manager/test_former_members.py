"""Once a year who left long ago is proposed for erasing; a person says yes, and open mandates hold it back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledenbrug.manager.views import former
from ledenbrug.members import operations
from ledenbrug.members.former import listed, past_keeping
from ledenbrug.members.models import Association, ErasureProposal, Mandate, Member, Role
from ledenbrug.members.refusals import Reason
from ledenbrug.sync import nightly
from tests.manager.front import Front, a_front
from tests.members.factories import a_mandate, a_member, a_status, an_association

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


def more_than_a_page(front: Front, *, held: bool) -> list[Member]:
    """Who left longest ago of all."""
    status = a_status(front.association, archived=True)
    many = [a_member(front.association, status=status, since=date(2000, 1, 1)) for _ in range(former.MOST + 1)]
    for each in many if held else ():
        a_mandate(each, front.books)
    return many


def test_a_hundred_who_are_held_back_do_not_stand_before_who_may_go(front: Front) -> None:
    more_than_a_page(front, held=True)
    goes = somebody(front, left=date(2015, 1, 1))
    operations.propose_erasure(front.association, now=NOW)
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/former/"
    page = client.get(address)
    assert page.context["rows"][0]["it"].member == goes
    assert (len(page.context["rows"]), page.context["more"]) == (former.MOST, 2)
    client.post(address, {"member": [goes.pk], "erase": "1", "sure": "1"})
    assert not Member.objects.filter(pk=goes.pk).exists()
    assert ErasureProposal.objects.get().settled_at is not None


def test_everybody_is_kept_for_another_year_however_many_they_are(front: Front) -> None:
    many = more_than_a_page(front, held=False)
    operations.propose_erasure(front.association, now=NOW)
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/former/"
    told = client.post(address, {"member": [each.pk for each in many], "keep": "1"}, follow=True).content.decode()
    assert "Everybody is kept. You are asked again in a year." in told
    assert ErasureProposal.objects.get().settled_at is not None
    assert Member.objects.filter(pk__in=[each.pk for each in many]).count() == len(many)


def test_a_page_that_was_erased_leaves_the_next_one_to_decide(front: Front) -> None:
    more_than_a_page(front, held=False)
    operations.propose_erasure(front.association, now=NOW)
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/former/"
    ticked = [each["it"].member.pk for each in client.get(address).context["rows"]]
    client.post(address, {"member": ticked, "erase": "1", "sure": "1"})
    assert ErasureProposal.objects.get().settled_at is None
    assert len(client.get(address).context["rows"]) == 1


def test_the_day_that_somebody_was_deleted_is_the_day_it_was_there() -> None:
    here = an_association(time_zone="Pacific/Kiritimati", keeps_former_days=30)
    at = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)  # there it is the second of October
    a_member(here, deleted_at=at)
    assert not past_keeping(here, now=at + timedelta(days=30)).exists()
    assert past_keeping(here, now=at + timedelta(days=31)).exists()


def test_a_mandate_holds_somebody_back_until_the_day_on_which_it_ends() -> None:
    here = an_association()
    a_mandate(a_member(here, deleted_at=NOW - timedelta(days=800)), ended=NOW.date() + timedelta(days=1))
    assert [each.held for each in listed(here, now=NOW, most=5)[0]] == [Reason.LIVE_MANDATE]
    assert [each.held for each in listed(here, now=NOW + timedelta(days=1), most=5)[0]] == [None]


def test_what_became_part_of_somebody_who_is_a_member_is_not_listed() -> None:
    here = an_association()
    survivor, double = a_member(here), a_member(here)
    long_ago = NOW - timedelta(days=800)
    operations.merge_members(survivor, double, seen=(survivor.version, double.version), by=None, now=long_ago)
    assert not past_keeping(here, now=NOW).exists()
