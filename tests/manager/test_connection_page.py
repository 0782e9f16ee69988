"""A connection through the screens: made, looked at, enabled, decided about, held and removed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from ledenbrug import bookkeeping
from ledenbrug.bookkeeping.memory import world
from ledenbrug.core.errors import Temporary
from ledenbrug.core.port import Package
from ledenbrug.core.records import Field
from ledenbrug.manager.forms.connection import ConnectionForm
from ledenbrug.members.models import FinancialAdministration, Role
from ledenbrug.sync.models import Connection, Grant, Problem
from tests.manager.front import Front, a_front
from tests.members.factories import a_member

pytestmark = pytest.mark.django_db


def choices(front: Front, administration: str, **changed: object) -> dict[str, object]:
    return {
        "administration": administration,
        "financial_administration": front.books.pk,
        "statuses": [front.status.pk],
        "groups": ["address", "email"],
        "number_prefix": "LID-",
        "put_back": "",
        **changed,
    }


def a_grant(front: Front) -> str:
    """The page with choices, after a personal token was pasted."""
    answer = front.as_(Role.TREASURER).post(f"{front.integration}add/", {"way": "paste", "token": "invented"})
    return str(answer["Location"])


def test_a_pasted_token_leads_to_the_choices_and_save_leaves_it_off(front: Front) -> None:
    world.of("books-of-our-own")
    address = a_grant(front)
    answer = front.as_(Role.TREASURER).post(address, choices(front, "books-of-our-own"))
    made = Connection.objects.get(administration="books-of-our-own")
    assert answer["Location"] == f"{front.integration}{made.pk}/"
    assert (made.enabled, made.groups, made.prefix) == (False, ["address", "customer_number", "email", "name"], "LID-")
    assert list(made.statuses.all()) == [front.status]


def test_an_administration_in_use_names_its_connection_only_to_its_own_association(front: Front) -> None:
    other = a_front()
    page = front.as_(Role.TREASURER).get(a_grant(front)).content.decode()
    assert f"In use by the connection of {front.books.name};" in page
    assert "In use by a connection outside your association." in page
    assert other.association.name not in page


def test_a_taken_administration_is_refused_also_when_the_form_is_made_by_hand(front: Front) -> None:
    other = a_front()
    for taken in (front.connection.administration, other.connection.administration):
        answer = front.as_(Role.TREASURER).post(a_grant(front), choices(front, taken))
        assert answer.status_code == 422
        assert answer.context["form"].errors["administration"]
    assert Connection.objects.count() == 2


def test_without_a_status_nothing_is_saved(front: Front) -> None:
    world.of("empty-books")
    answer = front.as_(Role.TREASURER).post(a_grant(front), choices(front, "empty-books", statuses=[]))
    assert answer.context["form"].errors == {
        "statuses": ["Tick at least one member status: without one nobody would go over."]
    }
    assert not Connection.objects.filter(administration="empty-books").exists()


def test_a_status_of_another_association_cannot_be_ticked(front: Front) -> None:
    world.of("books-of-ours")
    other = a_front()
    wrong = choices(front, "books-of-ours", statuses=[other.status.pk], financial_administration=other.books.pk)
    answer = front.as_(Role.TREASURER).post(a_grant(front), wrong)
    assert set(answer.context["form"].errors) == {"statuses", "financial_administration"}


@pytest.mark.parametrize(
    "reason", ["withdrawn", "scope_missing", "no_access", "administration_gone", "key_refused", "key_lost"]
)
def test_whatever_needs_a_person_to_connect_again_has_the_button_for_it(front: Front, reason: str) -> None:
    Connection.objects.filter(id=front.connection.id).update(enabled=True, waiting=reason, waiting_until=None)
    page = front.as_(Role.TREASURER).get(front.link).content.decode()
    assert "btn-success" in page.partition('role="alert"')[2].partition("</div></div>")[0]


def test_what_passes_by_itself_has_no_button_to_connect_again(front: Front) -> None:
    later = timezone.now() + timedelta(hours=1)
    Connection.objects.filter(id=front.connection.id).update(enabled=True, waiting="suspended", waiting_until=later)
    page = front.as_(Role.TREASURER).get(front.link).content.decode()
    assert "btn-success" not in page.partition('role="alert"')[2].partition("</div></div>")[0]


def test_cancel_throws_the_permission_away(front: Front) -> None:
    address = a_grant(front)
    front.as_(Role.TREASURER).post(address, {"forget": "1"})
    assert list(Grant.objects.all()) == [front.grant]


def test_the_preview_says_what_would_happen_and_writes_nothing(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    made = client.post(f"{front.link}preview/", HTTP_HX_REQUEST="true")
    assert made.context["preview"].counts["create"] == 1
    page = client.get(f"{front.link}preview/?q=voorbeeld").content.decode()
    assert "anna@leden.example" in page
    assert "anna@leden.example" not in client.get(f"{front.link}preview/?q=nobody").content.decode()
    assert front.stage.world.contacts == {}


def test_a_package_that_does_not_answer_is_said_where_the_preview_would_stand(front: Front) -> None:
    front.stage.world.fail(Temporary("unreachable"), times=-1)
    page = front.as_(Role.TREASURER).post(f"{front.link}preview/", HTTP_HX_REQUEST="true")
    assert "cannot be reached at the moment" in page.content.decode()
    assert "Try again" in page.content.decode()


def test_enabled_the_member_goes_over_and_both_pages_say_so(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    client.post(f"{front.link}act/enable/")
    front.stage.now = timezone.now() + timedelta(seconds=1)
    front.stage.turn()
    assert [each["last_name"] for each in front.stage.contacts()] == ["van Voorbeeld"]
    page = client.get(front.link)
    assert page.context["badge"].code == "on"
    assert [entry.title for entry in page.context["journal"]] == ["Anna van Voorbeeld"]
    (standing,) = client.get(front.person).context["connections"]
    assert standing["badge"].code == "in_step"
    assert client.get(f"{front.link}progress/?busy=1")["HX-Refresh"] == "true"


def test_actions_that_do_not_fit_say_why_and_change_nothing(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    page = client.post(f"{front.link}act/sync_now/", follow=True)
    assert "Look at how it stands now." in page.content.decode()
    assert client.post(f"{front.link}act/explode/").status_code == 404
    hold = client.post(f"{front.link}hold/", {"until": "2001-01-01T10:00"})
    assert hold.context["form"].errors == {"until": ["Choose a moment that is still to come."]}


def test_a_held_connection_says_until_when(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    client.post(f"{front.link}act/enable/")
    client.post(f"{front.link}hold/", {"until": "2099-01-01T12:00"})
    page = client.get(front.link)
    assert page.context["badge"].code == "held"
    assert "On hold until" in page.content.decode()


def test_removing_says_what_happens_and_leaves_the_contacts(front: Front) -> None:
    client = front.as_(Role.TREASURER)
    assert "nothing is deleted or archived" in client.get(f"{front.link}remove/").content.decode()
    front.stage.world.add({Field.LAST_NAME: "Stays"})
    page = client.post(f"{front.link}remove/", follow=True)
    assert "were not touched" in page.content.decode()
    assert len(front.stage.world.contacts) == 1
    assert client.get(front.link).status_code == 404


def test_problems_of_one_cause_stand_together_and_are_settled_together(front: Front) -> None:
    other = a_member(front.association, status=front.status, last_name="Ander")
    for payer in (front.member.pk, other.pk):
        Problem.objects.create(
            association=front.association,
            connection=front.connection,
            payer=f"m{payer}",
            reason="left",
            opened_at=timezone.now(),
        )
    client = front.as_(Role.TREASURER)
    (block,) = client.get(front.link).context["problems"]
    assert (block["number"], [action for action, *_ in block["actions"]]) == (2, ["dismiss"])
    (together,) = block["together"]
    answer = {"action": "dismiss", "all": "1", "seen": together["seen"]}
    client.post(f"{front.link}problems/{block['first'].pk}/", answer)
    assert client.get(front.link).context["problems"] == []


def test_an_action_that_does_not_fit_a_problem_is_not_there(front: Front) -> None:
    problem = Problem.objects.create(
        association=front.association,
        connection=front.connection,
        payer=f"m{front.member.pk}",
        reason="left",
        opened_at=timezone.now(),
    )
    answer = front.as_(Role.TREASURER).post(f"{front.link}problems/{problem.pk}/", {"action": "make_again"})
    assert answer.status_code == 404


def test_the_secretary_looks_and_is_offered_no_button(front: Front) -> None:
    page = front.as_(Role.SECRETARY).get(front.link).content.decode()
    assert f"{front.link}act/" not in page
    assert f"{front.link}edit/" not in page


def test_with_the_module_off_the_page_says_so_and_whom_to_ask(front: Front, settings: object) -> None:
    settings.LEDENBRUG_SUPPORT = "help@support.example"  # type: ignore[attr-defined]
    front.association.modules_off = ["memory"]
    front.association.save()
    client = front.as_(Role.TREASURER)
    page = client.get(front.integration).content.decode()
    assert "help@support.example" in page
    assert "Add connection" not in page
    assert client.get(f"{front.integration}add/").status_code == 302
    assert client.get(front.link).context["badge"].code == "module_off"


def test_a_name_that_is_no_package_is_not_found(front: Front) -> None:
    assert front.as_(Role.ADMIN).get(f"{front.root}settings/integrations/no-such-package/").status_code == 404


def test_settings_of_a_connection_change_but_its_administration_does_not(front: Front) -> None:
    second = FinancialAdministration.objects.create(association=front.association, name="Second")
    wrong = choices(front, "somewhere-else", financial_administration=second.pk, groups=["phone"], number_prefix="X")
    assert front.as_(Role.TREASURER).post(f"{front.link}edit/", wrong).status_code == 302
    front.connection.refresh_from_db()
    assert front.connection.administration == front.stage.world.name
    assert (front.connection.financial_administration, front.connection.prefix) == (second, "X")
    assert front.connection.groups == ["customer_number", "name", "phone"]


@pytest.mark.parametrize("public", ["", "https://leden.example"])
def test_a_webhook_secret_is_asked_where_it_is_of_use(front: Front, settings: Any, public: str) -> None:
    settings.LEDENBRUG_PUBLIC_URL = public
    for package in bookkeeping.visible():
        page = front.as_(Role.TREASURER).get(f"{front.root}settings/integrations/{package.name}/add/")
        asked = 'name="webhook_secret"' in page.content.decode()
        assert asked is bool(public and package.hooks and package.hooks().own_secret)


@pytest.mark.parametrize("prefix", ["LID-", "", "0", "07000000", "7000000 ", "7" * 13])
def test_a_package_that_counts_in_numbers_takes_a_range_and_says_so(front: Front, prefix: str) -> None:
    package = bookkeeping.load("exact_online")
    with translation.override("nl"):
        form = ConnectionForm(
            choices(front, "900001", number_prefix=prefix), association=front.association, package=package,
            administrations=[("900001", "Boeken")], fetched={},
        )  # fmt: skip
        refused = ["Dit past niet bij Exact Online. Goed is bijvoorbeeld 7000000."] if prefix != "7000000 " else None
        assert form.errors.get("number_prefix") == refused
        assert form["number_prefix"].label == "Nummerreeks"
        assert "lid 1042 wordt 7001042" in str(form["number_prefix"].help_text)


@pytest.mark.parametrize("package", bookkeeping.visible(), ids=lambda package: package.name)
def test_a_package_that_wants_a_key_of_ones_own_is_given_our_address(front: Front, package: Package) -> None:
    page = front.as_(Role.TREASURER).get(f"{front.root}settings/integrations/{package.name}/add/")
    own_key = package.oauth is not None and package.oauth.own_key
    asked = {name for name in ("host", "client_id", "client_secret") if f'name="{name}"' in page.content.decode()}
    assert (f"/settings/integrations/{package.name}/authorize" in page.content.decode()) is own_key
    assert asked == ({"client_id", "client_secret"} if own_key else set()) | ({"host"} if package.hosts else set())
