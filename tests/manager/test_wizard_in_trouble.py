"""Every way in which connecting may go wrong: a clear sentence in the reader's language, nothing saved, a way on."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
import pytest
from django.test import Client
from django.utils import translation

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.manager.sentences import sentence
from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus, Role, User
from ledenbrug.sync import lines
from ledenbrug.sync.models import Connection, Grant
from ledenbrug.wire.http import open_client
from tests.members.factories import a_status, a_user, an_association

pytestmark = pytest.mark.django_db
KEYS = ("ledenbrug-sandbox", "ledenbrug-sandbox-secret")
PATIENCE = 2  # seconds until an answer counts as lost; thirty in real life
TROUBLES = {
    "down": ({"kind": "reset"}, "no_answer"),
    "slow": ({"kind": "slow", "seconds": 1.5 * PATIENCE}, "no_answer"),
    "broken": ({"kind": "html"}, "package_error"),
    "busy": ({"kind": "status", "status": 429, "body": "Retry later"}, "limited"),
}


@dataclass
class Person:
    """A treasurer with a browser that understands one language."""

    client: Client
    association: Association
    books: FinancialAdministration
    status: MemberStatus
    language: str

    @property
    def package(self) -> str:
        return f"/{self.association.slug}/settings/integrations/moneybird/"

    def get(self, path: str) -> tuple[int, str]:
        answer = self.client.get(path, follow=True, HTTP_ACCEPT_LANGUAGE=self.language)
        return answer.status_code, answer.content.decode()

    def post(self, path: str, **form: object) -> tuple[int, str]:
        answer = self.client.post(path, form, follow=True, HTTP_ACCEPT_LANGUAGE=self.language)
        return answer.status_code, answer.content.decode()

    def consent(self) -> str:
        """Presses *Connect*; the address at the package where we are sent."""
        answer = self.client.post(f"{self.package}add/", {"way": "connect"}, HTTP_ACCEPT_LANGUAGE=self.language)
        there: str = answer.context["there"]
        return there

    def say_yes(self) -> str:
        """The path we come back to."""
        back = urlsplit(httpx2.get(self.consent(), follow_redirects=False).headers["Location"])
        return f"{back.path}?{back.query}"

    def choices(self, administration: str) -> dict[str, object]:
        return {
            "administration": administration,
            "financial_administration": self.books.pk,
            "statuses": self.status.pk,
            "groups": ["address", "email"],
            "number_prefix": "LID-",
            "put_back": "",
        }

    def told(self, page: str, code: str) -> None:
        with translation.override(self.language):
            expected = sentence(code, package="Moneybird")
        assert expected in page.replace("&#x27;", "'"), code


def a_person(language: str) -> Person:
    association = an_association()
    user: User = a_user(association, Role.TREASURER)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    books = FinancialAdministration.objects.create(association=association, name="Algemeen")
    return Person(client, association, books, a_status(association, "Lid"), language)


@pytest.fixture(params=["nl", "en"])
def person(request: pytest.FixtureRequest) -> Person:
    return a_person(request.param)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[sandbox.Sandbox]:
    """A Moneybird where the person says yes without a page, and a line without patience."""
    with sandbox.start(consent="allow") as running, open_client(read_seconds=PATIENCE) as client:
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_URL", running.url)
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_CLIENT_ID", KEYS[0])
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_CLIENT_SECRET", KEYS[1])
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_LIMIT", "none")
        monkeypatch.setattr(lines, "client", lambda: client)
        yield running


def nothing_is_saved() -> bool:
    return not Connection.objects.exists() and not Grant.objects.exclude(tokens="").exists()


def test_an_answer_to_a_question_we_never_asked_is_refused(person: Person, there: sandbox.Sandbox) -> None:
    person.consent()
    _, page = person.get("/settings/integrations/moneybird/authorize?code=abc&state=of-somebody-else")
    person.told(page, "state_wrong")
    assert person.package in page
    assert nothing_is_saved()


def test_an_answer_is_taken_once(person: Person, there: sandbox.Sandbox) -> None:
    back = person.say_yes()
    person.get(back)
    _, page = person.get(back)
    person.told(page, "state_wrong")
    assert Grant.objects.count() == 1


def test_a_code_that_somebody_used_before_us_is_refused(person: Person, there: sandbox.Sandbox) -> None:
    back = person.say_yes()
    code = dict(pair.split("=") for pair in urlsplit(back).query.split("&"))["code"]
    grant = Grant.objects.get()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": grant.redirect_uri}
    form |= dict(zip(("client_id", "client_secret"), KEYS, strict=True))
    httpx2.post(f"{there.url}/oauth/token", data=form).raise_for_status()
    _, page = person.get(back)
    person.told(page, "code_used")
    assert nothing_is_saved()


def test_a_permission_that_reaches_nothing_is_said_and_thrown_away(person: Person, there: sandbox.Sandbox) -> None:
    there.faults.arm({"kind": "status", "status": 200, "body": [], "match": "GET /api/v2/administrations", "times": -1})
    _, page = person.get(person.say_yes())
    person.told(page, "no_administration")
    assert nothing_is_saved()


def test_of_several_administrations_none_is_chosen_for_the_person(person: Person, there: sandbox.Sandbox) -> None:
    there.world.switches = sandbox.Switches(consent="allow", grant="several")
    _, page = person.get(person.say_yes())
    for books in there.world.administrations.values():
        assert books.name in page
    grant = Grant.objects.get()
    status, page = person.post(f"{person.package}grant/{grant.pk}/", **person.choices(""))
    with translation.override(person.language):
        assert translation.gettext("Choose an administration.") in page
    assert status == 422
    assert not Connection.objects.exists()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_while_the_permission_is_fetched_leaves_nothing(
    person: Person, there: sandbox.Sandbox, trouble: str
) -> None:
    fault, code = TROUBLES[trouble]
    back = person.say_yes()
    there.faults.arm({**fault, "match": "POST /oauth/token"})
    _, page = person.get(back)
    person.told(page, code)
    assert nothing_is_saved()
    person.get(person.say_yes())
    assert Grant.objects.exclude(tokens="").count() == 1


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_while_administrations_are_asked_leaves_nothing(
    person: Person, there: sandbox.Sandbox, trouble: str
) -> None:
    fault, code = TROUBLES[trouble]
    back = person.say_yes()
    there.faults.arm({**fault, "match": "GET /api/v2/administrations"})
    _, page = person.get(back)
    person.told(page, code)
    assert nothing_is_saved()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_on_the_page_with_choices_keeps_the_permission(
    person: Person, there: sandbox.Sandbox, trouble: str
) -> None:
    fault, code = TROUBLES[trouble]
    person.get(person.say_yes())
    address = f"{person.package}grant/{Grant.objects.get().pk}/"
    there.faults.arm({**fault, "match": "GET /api/v2/administrations"})
    status, page = person.get(address)
    person.told(page, code)
    assert status == 503
    status, page = person.get(address)
    assert status == 200
    assert next(iter(there.world.administrations.values())).name in page


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_save_saves_nothing_and_can_be_tried_again(
    person: Person, there: sandbox.Sandbox, trouble: str
) -> None:
    fault, code = TROUBLES[trouble]
    person.get(person.say_yes())
    address = f"{person.package}grant/{Grant.objects.get().pk}/"
    choices = person.choices(next(iter(there.world.administrations)))
    there.faults.arm({**fault, "match": "GET /api/v2/administrations"})
    _, page = person.post(address, **choices)
    person.told(page, code)
    assert not Connection.objects.exists()
    person.post(address, **choices)
    assert Connection.objects.get().enabled is False


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_the_preview_is_said_where_it_would_stand(
    person: Person, there: sandbox.Sandbox, trouble: str
) -> None:
    fault, code = TROUBLES[trouble]
    person.get(person.say_yes())
    grant = Grant.objects.get()
    person.post(f"{person.package}grant/{grant.pk}/", **person.choices(next(iter(there.world.administrations))))
    there.faults.arm({**fault, "match": "GET /contacts/synchronization"})
    status, page = person.post(f"{person.package}{Connection.objects.get().pk}/preview/")
    person.told(page, code)
    assert status < 500
    assert there.requests().get("POST /api/v2/{administration_id}/contacts", 0) == 0


def test_what_has_no_field_to_go_into_cannot_be_ticked(person: Person, there: sandbox.Sandbox) -> None:
    person.get(person.say_yes())
    address = f"{person.package}grant/{Grant.objects.get().pk}/"
    choices = person.choices(next(iter(there.world.administrations)))
    status, page = person.post(address, **{**choices, "groups": ["address", "member_number"]})
    with translation.override(person.language):
        assert translation.gettext("Choose a field, or untick it under What goes over.") in page
    assert (status, Connection.objects.exists()) == (422, False)


def test_a_moneybird_that_is_not_there_at_all_is_said(person: Person, there: sandbox.Sandbox) -> None:
    back = person.say_yes()
    there.stop()
    _, page = person.get(back)
    person.told(page, "unreachable")
    assert nothing_is_saved()
