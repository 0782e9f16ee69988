"""What waits for a decision, on screen: side by side, all of a cause page by page, left out and asked for again."""

import pytest

from ledenbrug.core.errors import Temporary
from ledenbrug.core.records import Field
from ledenbrug.members.models import Member, Role
from ledenbrug.sync.models import Link, Problem
from tests.manager.front import Front, a_front
from tests.members.factories import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    """One likely contact of Anna: the last name and the address agree, the first name is an initial."""
    front = a_front()
    front.stage.world.add({Field.FIRST_NAME: "A.", Field.LAST_NAME: "van Voorbeeld", Field.EMAIL: "anna@leden.example"})
    front.as_(Role.TREASURER).post(f"{front.link}act/enable/")
    front.stage.later(days=1000).turn()
    return front


def many(front: Front, number: int, reason: str = "left") -> None:
    for _ in range(number):
        member = a_member(front.association, status=front.status)
        fields = {"association": front.association, "connection": front.connection, "opened_at": front.stage.now}
        Problem.objects.create(**fields, payer=f"m{member.pk}", reason=reason, contact=f"c{member.pk}")


def test_a_likely_contact_stands_beside_the_record_with_words_for_what_agrees(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    page = client.get(f"{front.link}questions/looks_like/")
    assert [(each["likeness"], each["why"]) for each in page.context["pairs"]] == [
        ("Looks alike", ["same e-mail address", "same last name"])
    ]
    text = page.content.decode()
    assert all(word in text for word in ("differs", "keeps its number", "empty there: is filled", ">A.<"))


def test_confirming_on_that_page_comes_back_to_what_is_left_there(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    (pair,) = client.get(f"{front.link}questions/looks_like/").context["pairs"]
    answer = {"action": "same", "seen": pair["seen"], "from": "1"}
    done = client.post(f"{front.link}problems/{pair['it'].problem.pk}/", answer, follow=True)
    assert [address for address, _ in done.redirect_chain] == [
        f"{front.link}questions/looks_like/?group=&page=1",
        front.link,
    ]
    assert Link.objects.get().contact == "c1"


def test_rubbish_in_an_address_is_as_good_as_nothing(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    assert client.get(f"{front.link}questions/looks_like/?group=%00").status_code == 200
    assert client.get(f"{front.link}journal/?before={'9' * 5000}").status_code == 200


def test_what_changed_since_it_was_shown_is_not_settled(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    problem = Problem.objects.get()
    page = client.post(f"{front.link}problems/{problem.pk}/", {"action": "make_again", "seen": "old"}, follow=True)
    assert "Look at how it stands now." in page.content.decode()
    assert Problem.objects.get().closed_at is None


def test_without_an_answer_of_the_package_the_page_still_stands(front: Front) -> None:
    front.stage.world.fail(Temporary("unreachable"), times=-1)
    page = front.as_(Role.TREASURER).get(f"{front.link}questions/looks_like/").content.decode()
    assert "cannot be reached at the moment" in page
    assert "Anna van Voorbeeld" in page


def test_the_button_for_several_counts_exactly_those_that_it_takes(front: Front) -> None:
    Problem.objects.update(params={"safe": "yes", "why": "email", "score": "80"})
    many(front, 2, "looks_like")
    (block,) = front.as_(Role.TREASURER).get(front.link).context["problems"]
    told = {each["action"]: each["number"] for each in block["together"]}
    assert told == {"same": 1, "make_again": 3, "leave_out": 3}
    Member.objects.filter(pk=front.member.pk).update(given_name="Bea")
    (block,) = front.as_(Role.TREASURER).get(front.link).context["problems"]
    assert "same" not in {each["action"] for each in block["together"]}


def test_a_thousand_of_one_cause_hide_no_other_and_are_there_page_by_page(front: Front) -> None:
    many(front, 60)
    client = front.as_(Role.TREASURER)
    blocks = client.get(front.link).context["problems"]
    assert [(each["number"], len(each["rows"])) for each in blocks] == [(60, 10), (1, 1)]
    second = client.get(f"{front.link}questions/left/?page=2")
    assert len(second.context["cause"]["rows"]) == 10


def test_what_was_left_out_stands_on_a_list_and_is_asked_for_again(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    (block,) = client.get(front.link).context["problems"]
    (row,) = block["rows"]
    client.post(f"{front.link}problems/{block['first'].pk}/", {"action": "leave_out", "seen": row["seen"]})
    assert "Left out (1)" in client.get(front.link).content.decode()
    assert "Anna van Voorbeeld" in client.get(f"{front.link}left-out/").content.decode()
    client.post(f"{front.link}left-out/{block['first'].pk}/")
    assert len(client.get(front.link).context["problems"]) == 1


def test_a_sudden_fall_is_one_sentence_with_the_numbers_and_two_buttons(front: Front) -> None:
    Problem.objects.all().delete()
    fell = {"association": front.association, "connection": front.connection, "opened_at": front.stage.now}
    Problem.objects.create(**fell, reason="contacts_fell", params={"before": "3000", "now": "0"}, source=b"x")
    page = front.as_(Role.TREASURER).get(front.link)
    (block,) = page.context["problems"]
    assert "shows far fewer contacts than we know: 0, and it was 3000" in page.content.decode()
    assert [str(each["label"]) for each in block["together"]] == ["Yes, that is right", "No, look again"]
    assert "(all" not in page.content.decode()
