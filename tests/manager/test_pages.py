"""What holds for every page: nothing inline, every field has a name, both languages, light over the wire."""

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from ledenbrug.manager.urls import urlpatterns
from ledenbrug.members.models import Role
from ledenbrug.sync.models import Connection
from tests.manager.front import Front, a_front
from tests.manager.rows import connections
from tests.manager.test_who_may_see_what import MAY, POSTS, addresses

pytestmark = pytest.mark.django_db
FIRST_VISIT = 150_000
NEEDS_A_LABEL = {"input", "select", "textarea"}
FRAGMENTS = {"progress", "undoing"}
NO_LABEL = {"hidden", "submit", "button"}


class Reading(HTMLParser):
    """What stands in a page that must not, and who labels what."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.fields: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.loads: list[str] = []
        self.inside_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        self.inline += [f"<{tag}> {given}"] if tag == "style" or (tag == "script" and "src" not in given) else []
        if tag == "label":
            self.inside_label += 1
            self.labelled.add(given.get("for") or "")
        if tag in NEEDS_A_LABEL and given.get("type") not in NO_LABEL:
            self.fields.append({**given, "wrapped": "yes" if self.inside_label else None})
        if tag in ("script", "link"):
            self.loads.append(given.get("src") or given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside_label -= tag == "label"

    def unlabelled(self) -> list[dict[str, str | None]]:
        return [
            each
            for each in self.fields
            if not (each["wrapped"] or each.get("aria-label") or each.get("id") in self.labelled - {""})
        ]


def read(page: str) -> Reading:
    reading = Reading()
    reading.feed(page)
    return reading


def test_every_page_is_clean_labelled_and_in_the_readers_language(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    titles: dict[str, set[str]] = {}
    for name, address in addresses(front):
        if name in POSTS:
            continue
        for language in ("nl", "en"):
            page = client.get(address, HTTP_ACCEPT_LANGUAGE=language).content.decode()
            reading = read(page)
            assert (name, reading.inline) == (name, [])
            assert (name, reading.unlabelled()) == (name, [])
            if name not in FRAGMENTS:
                assert f'<html lang="{language}"' in page
                titles.setdefault(name, set()).add(re.sub(r"\s+", " ", page.split("<h1>")[1].split("</h1>")[0]))
    assert len(titles) == len(MAY) - len(POSTS) - len(FRAGMENTS)


@pytest.mark.parametrize("address", ["/account/login/", "/account/password/reset/", "/account/2fa/", "/"])
def test_pages_around_the_manager_are_clean_too(front: Front, address: str) -> None:
    client = Client() if "login" in address or "reset" in address else front.as_(Role.ADMIN)
    reading = read(client.get(address, follow=True).content.decode())
    assert reading.inline == []
    assert reading.unlabelled() == []


def test_the_language_is_changed_from_the_menu_and_stays(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    client.post("/language/setlang/", {"language": "nl", "next": front.root})
    assert "Overzicht" in client.get(front.root).content.decode()
    client.post("/language/setlang/", {"language": "en", "next": front.root})
    assert "Overview" in client.get(front.root).content.decode()


def test_a_first_visit_is_light(front: Front) -> None:
    page = front.as_(Role.ADMIN).get(front.root).content
    total = len(gzip.compress(page))
    for address in read(page.decode()).loads:
        found = finders.find(urlsplit(address).path.removeprefix("/static/"))
        assert found, address
        with open(str(found), "rb") as file:
            total += len(gzip.compress(file.read()))
    assert total < FIRST_VISIT


def test_nothing_of_a_page_is_kept_by_the_browser(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    assert "no-store" in client.get(front.person)["Cache-Control"]
    assert "no-store" in client.get("/")["Cache-Control"]


def test_somebody_without_a_role_gets_a_friendly_word() -> None:
    from tests.manager.front import logged_in
    from tests.members.factories import a_user

    page = logged_in(a_user()).get("/")
    assert page.status_code == 200
    assert "No association yet" in page.content.decode()


def test_somebody_with_two_associations_chooses(front: Front) -> None:
    from ledenbrug.members.models import Assignment
    from tests.manager.front import logged_in

    other, user = a_front(), front.user(Role.ADMIN)
    Assignment.objects.create(association=other.association, user=user, role=Role.AUDITOR)
    page = logged_in(user).get("/").content.decode()
    assert front.root in page
    assert other.root in page


def test_every_address_ends_in_a_slash_but_the_one_that_is_registered_elsewhere() -> None:
    assert [each.name for each in urlpatterns if not str(each.pattern).endswith("/") and str(each.pattern)] == [
        "authorize"
    ]


def test_the_menu_marks_where_a_page_stands_also_deep_under_it(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    under = {
        front.root: "Overview",
        f"{front.root}members/selections/": "Members",
        f"{front.person}payer/": "Members",
        f"{front.root}settings/": "Association",
        f"{front.root}settings/statuses/add/": "Member statuses",
        f"{front.link}hold/": "Integrations",
    }
    marked = re.compile(r'class="side-link"[^>]* aria-current="page">(?:<svg.*?</svg>)?([^<]+)<', re.DOTALL)
    assert {page: marked.findall(client.get(page).content.decode()) for page in under} == {
        page: [name] for page, name in under.items()
    }


def test_the_first_page_names_no_connection_that_asks_nothing(front: Front) -> None:
    connections(front, 2)
    Connection.objects.latest("id").problems.all().delete()
    page = front.as_(Role.TREASURER).get(front.root)
    assert [each["it"].problems.count() for each in page.context["asking"]] == [1]
    assert page.content.decode().count("#problems") == 1
    assert "(1)</a></p>" in page.content.decode()
