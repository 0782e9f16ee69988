"""What the treasurer proposes and the member secretary decides, through the screens of both."""

import json
from typing import Any

import pytest
from django.utils import timezone

from ledenbrug.core.records import Field
from ledenbrug.members import operations
from ledenbrug.members.models import Member, MemberStatus, ProposedChange, Role
from ledenbrug.sync.models import Connection, Drift, Link
from ledenbrug.wire import sealing
from tests.manager.front import Front, a_front
from tests.members.factories import IBAN, OTHER_IBAN, a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    """Anna has a contact in which somebody changed the e-mail address."""
    front = a_front()
    differs(front, front.member, "email", email="nieuw@leden.example")
    return front


def differs(front: Front, member: Member, group: str, *, adopted: bool = False, **theirs: str) -> Drift:
    of = {"association": front.association}
    link, _ = Link.objects.get_or_create(
        **of,
        package="memory",
        administration=front.connection.administration,
        payer=f"m{member.pk}",
        defaults={"contact": f"c{member.pk}"},
    )
    sealed = sealing.seal(json.dumps(theirs))
    return Drift.objects.create(
        **of,
        connection=front.connection,
        link=link,
        group=group,
        theirs=sealed,
        adopted=adopted,
        found_at=timezone.now(),
    )


def theirs_holds(front: Front) -> ProposedChange:
    client = front.as_(Role.TREASURER)
    (row,) = client.get(front.link).context["drifts"]
    answer = {"verdict": "theirs", "seen": row["seen"]}
    page = client.post(f"{front.link}drift/{row['it'].drift.pk}/", answer, follow=True)
    assert "Proposed to the member secretary." in page.content.decode()
    return ProposedChange.objects.get()


def test_the_secretary_finds_the_proposal_in_three_places_and_accepts_it(front: Front) -> None:
    proposal, client = theirs_holds(front), front.as_(Role.SECRETARY)
    assert "1 change of a member is proposed" in client.get(front.root).content.decode()
    assert "Proposed changes (1)" in client.get(f"{front.root}members/").content.decode()
    assert "nieuw@leden.example" in client.get(front.person).content.decode()
    page = f"{front.root}members/proposed/{proposal.pk}/"
    shown = client.get(page)
    assert shown.context["row"]["lines"] == [
        {"field": "E-mail address", "before": "anna@leden.example", "after": "nieuw@leden.example"}
    ]
    done = client.post(page, {"answer": "accept", "seen": shown.context["version"]}, follow=True)
    assert "Accepted: the record is changed." in done.content.decode()
    assert Member.objects.get(pk=front.member.pk).email == "nieuw@leden.example"
    assert "nieuw@leden.example" not in client.get(f"{front.root}members/proposed/").content.decode()


def test_the_treasurer_sees_who_declined_and_why_and_decides_again(front: Front) -> None:
    proposal = theirs_holds(front)
    assert front.as_(Role.TREASURER).get(front.link).context["drifts"] == []
    answer = {"answer": "decline", "why": "That is her old address."}
    front.as_(Role.SECRETARY).post(f"{front.root}members/proposed/{proposal.pk}/", answer)
    page = front.as_(Role.TREASURER).get(front.link)
    assert "That is her old address." in page.content.decode()
    assert "did not take this over" in page.content.decode()
    assert len(page.context["drifts"]) == 1


def test_a_reason_with_signs_that_cannot_be_read_is_refused_and_nothing_is_decided(front: Front) -> None:
    proposal, client = theirs_holds(front), front.as_(Role.SECRETARY)
    answer = {"answer": "decline", "why": "Her old\x01address"}
    told = client.post(f"{front.root}members/proposed/{proposal.pk}/", answer, follow=True).content.decode()
    assert "This holds characters that cannot be read. Type it again." in told
    assert ProposedChange.objects.get().outcome == ""


def test_a_record_that_somebody_edits_between_looking_and_accepting_is_looked_at_again(front: Front) -> None:
    proposal, client = theirs_holds(front), front.as_(Role.SECRETARY)
    page = f"{front.root}members/proposed/{proposal.pk}/"
    seen = client.get(page).context["version"]
    Member.objects.filter(pk=front.member.pk).update(email="intussen@leden.example")
    answer = client.post(page, {"answer": "accept", "seen": seen})
    assert answer.status_code == 422
    assert "Somebody else changed this member just now (E-mail address)" in answer.content.decode()
    assert "The record was changed after this was proposed." in answer.content.decode()
    assert Member.objects.get(pk=front.member.pk).email == "intussen@leden.example"


def test_a_proposal_is_decided_once_also_in_two_windows(front: Front) -> None:
    proposal, client = theirs_holds(front), front.as_(Role.SECRETARY)
    page = f"{front.root}members/proposed/{proposal.pk}/"
    client.post(page, {"answer": "decline"})
    again = client.post(page, {"answer": "accept"}, follow=True)
    assert "Somebody said yes or no to this already, or the record was changed since." in again.content.decode()
    assert "Declined." in client.get(page).content.decode()
    assert Member.objects.get(pk=front.member.pk).email == "anna@leden.example"


def test_an_account_with_a_mandate_asks_what_the_change_means(front: Front) -> None:
    front.connection.groups = [*front.connection.groups, "sepa"]
    front.connection.save()
    Drift.objects.all().delete()
    differs(front, front.member, "sepa", iban=OTHER_IBAN)
    proposal, client = theirs_holds(front), front.as_(Role.SECRETARY)
    page = f"{front.root}members/proposed/{proposal.pk}/"
    assert client.post(page, {"answer": "accept"}).status_code == 422
    assert Member.objects.get(pk=front.member.pk).iban == IBAN
    assert client.post(page, {"answer": "accept", "how": "same_mandate"}).status_code == 302
    assert Member.objects.get(pk=front.member.pk).iban == OTHER_IBAN


def test_what_has_no_place_in_a_record_is_not_offered_to_be_proposed(front: Front) -> None:
    Drift.objects.update(group="status")
    page = front.as_(Role.TREASURER).get(front.link).content.decode()
    assert 'value="ours"' in page
    assert 'value="theirs"' not in page


def test_a_value_that_is_none_is_refused_with_the_reason(front: Front) -> None:
    Drift.objects.update(theirs=sealing.seal(json.dumps({"email": "geen adres"})))
    client = front.as_(Role.TREASURER)
    drift = Drift.objects.get()
    page = client.post(f"{front.link}drift/{drift.pk}/", {"verdict": "theirs"}, follow=True).content.decode()
    assert "cannot be taken over into the membership records. This is not an e-mail address." in page


def many(front: Front, number: int) -> None:
    for at in range(number):
        member = a_member(front.association, status=front.status)
        differs(front, member, "address", adopted=True, city=f"Plaats {at}")


def test_differences_are_there_page_by_page_and_per_column_with_their_numbers(front: Front) -> None:
    many(front, 60)
    client = front.as_(Role.TREASURER)
    assert "See all 61 differences" in client.get(front.link).content.decode()
    page = client.get(f"{front.link}differences/")
    assert [(each["group"], each["number"]) for each in page.context["columns"]] == [("address", 60), ("email", 1)]
    assert len(page.context["drifts"]) == 50
    second = client.get(f"{front.link}differences/?group=address&page=2")
    assert len(second.context["drifts"]) == 10
    assert "from the start" in second.content.decode()


def test_a_column_is_settled_at_once_but_for_what_changed_since_it_was_shown(front: Front) -> None:
    many(front, 3)
    client = front.as_(Role.TREASURER)
    column, other = client.get(f"{front.link}differences/").context["columns"]
    many(front, 1)
    answer = {"group": "address", "verdict": "theirs", "seen": column["seen"], "from": "1"}
    client.post(f"{front.link}differences/settle/", answer)
    assert not ProposedChange.objects.exists()
    column, _ = client.get(f"{front.link}differences/").context["columns"]
    client.post(f"{front.link}differences/settle/", {**answer, "seen": column["seen"]})
    assert (ProposedChange.objects.count(), Drift.objects.filter(verdict="").count()) == (4, 1)
    ours = {"group": "email", "verdict": "ours", "seen": other["seen"]}
    client.post(f"{front.link}differences/settle/", ours)
    assert not Drift.objects.filter(verdict="").exists()
    assert Field.EMAIL not in Link.objects.get(payer=f"m{front.member.pk}").sent


def proposed(front: Front, member: Member, **values: str) -> ProposedChange:
    draft = operations.draft_change(member, values=values, origin="Memory", by=None, now=timezone.now())
    operations.propose_changes([draft])
    return draft


def several(front: Front) -> list[ProposedChange]:
    """Two addresses, one e-mail address, one account."""
    members = [a_member(front.association, status=front.status) for _ in range(2)]
    return [
        *(proposed(front, each, city="Adorp") for each in members),
        proposed(front, members[0], email="nieuw@leden.example"),
        proposed(front, front.member, iban=OTHER_IBAN),
    ]


def column(page: Any, part: str) -> dict[str, Any]:
    (found,) = [each for each in [*page.context["columns"], page.context["whole"]] if each["part"] == part]
    return found


def answers(front: Front, part: str, answer: str, **more: str) -> Any:
    client, there = front.as_(Role.SECRETARY), f"{front.root}members/proposed/"
    seen = column(client.get(there), part)["seen"][answer]
    return client.post(f"{there}answer/", {"part": part, "answer": answer, "seen": seen, **more}, follow=True)


def test_everything_is_accepted_at_once_but_for_an_account(front: Front) -> None:
    *others, account = several(front)
    page = front.as_(Role.SECRETARY).get(f"{front.root}members/proposed/")
    assert [(each["part"], each["number"], each["acceptable"]) for each in page.context["columns"]] == [
        ("address", 2, 2), ("email", 1, 1), ("account", 1, 0),
    ]  # fmt: skip
    assert (column(page, "")["number"], column(page, "")["acceptable"]) == (4, 3)
    assert "Accepted: 3." in answers(front, "", "accept").content.decode()
    assert set(ProposedChange.objects.filter(outcome="accepted")) == set(others)
    assert set(ProposedChange.objects.filter(outcome="")) == {account}
    assert Member.objects.filter(city="Adorp").count() == 2
    assert Member.objects.get(pk=front.member.pk).iban == IBAN


def test_a_column_is_declined_at_once_with_one_reason(front: Front) -> None:
    several(front)
    answer = answers(front, "address", "decline", why="An old list.")
    assert "Declined: 2. The treasurer is told." in answer.content.decode()
    declined = ProposedChange.objects.filter(outcome="declined")
    assert [(each.why, each.sealed, each.fields) for each in declined] == [("An old list.", "", ["city"])] * 2
    assert not Member.objects.filter(city="Adorp").exists()


def test_what_is_proposed_after_it_was_shown_is_not_accepted_with_it(front: Front) -> None:
    several(front)
    client, there = front.as_(Role.SECRETARY), f"{front.root}members/proposed/"
    seen = column(client.get(there), "address")["seen"]["accept"]
    proposed(front, front.member, city="Bedum")
    answer = {"part": "address", "answer": "accept", "seen": seen}
    page = client.post(f"{there}answer/", answer, follow=True).content.decode()
    assert "What is proposed changed in the meantime." in page
    assert not ProposedChange.objects.filter(outcome="accepted").exists()


def test_what_the_record_does_not_take_stays_and_the_rest_goes_on(front: Front) -> None:
    first = several(front)[0]
    assert first.member_id
    hidden = MemberStatus.objects.create(association=front.association, name="Stil", fields={"city": "hidden"})
    Member.objects.filter(pk=first.member_id).update(status=hidden)
    page = answers(front, "address", "accept").content.decode()
    assert "Accepted: 1." in page
    assert "1 stays here" in page
    first.refresh_from_db()
    assert first.outcome == ""


def test_the_treasurer_reads_that_something_is_proposed_and_not_that_all_is_there(front: Front) -> None:
    Connection.objects.update(enabled=True)
    Drift.objects.all().delete()
    drift, client = differs(front, front.member, "email", email="nieuw@leden.example"), front.as_(Role.TREASURER)
    Link.objects.update(source=b"x")
    Drift.objects.filter(pk=drift.pk).update(
        verdict="theirs", proposal=proposed(front, front.member, email="n@l.example")
    )
    page = client.get(front.link).content.decode()
    assert "A change is proposed to the member secretary." in page
    assert "Everything that should be there is there" not in page


def test_a_proposal_that_lapsed_says_so(front: Front) -> None:
    proposal = theirs_holds(front)
    operations.supersede_changes(front.association, [proposal.pk], now=timezone.now())
    page = front.as_(Role.SECRETARY).get(f"{front.root}members/proposed/{proposal.pk}/").content.decode()
    assert "Lapsed: the record was changed after this was proposed." in page
    journal = front.as_(Role.TREASURER).get(f"{front.link}journal/").content.decode()
    assert "the proposal has lapsed" in journal
