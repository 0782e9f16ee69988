"""A treasurer with a Moneybird to connect: what a person does there is done by a plain HTTP client."""

from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx2

from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus, User
from ledenbrug.sync import connecting, operations
from ledenbrug.sync.models import Connection, Grant
from ledenbrug.sync.operations import Draft
from tests.members.factories import a_status, a_user, an_association

BACK = "http://127.0.0.1:8000/settings/integrations/moneybird/authorize"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIRST, SECOND = "400000000000000001", "400000000000000002"


@dataclass
class Treasury:
    association: Association
    user: User
    books: FinancialAdministration
    status: MemberStatus

    def begin(self, **more: object) -> str:
        return connecting.begin(
            association=self.association, package="moneybird", user=self.user, redirect_uri=BACK, now=NOW, **more
        )  # type: ignore[arg-type]

    def back(self, params: dict[str, str], *, user: User | None = None, now: datetime = NOW) -> Grant:
        return connecting.come_back(package="moneybird", params=params, user=user or self.user, now=now)

    def draft(self, administration: str = FIRST) -> Draft:
        return Draft(
            administration, self.books.id, frozenset({self.status.id}), frozenset({"address", "email"}), "LID-", {}
        )

    def save(self, grant: Grant, administration: str = FIRST) -> Connection:
        return operations.save(
            association=self.association, grant=grant, draft=self.draft(administration), user=self.user, now=NOW
        )


def a_treasury() -> Treasury:
    association = an_association()
    books = FinancialAdministration.objects.create(association=association, name="Algemeen")
    return Treasury(association, a_user(association, "treasurer"), books, a_status(association, "Lid"))


def say_yes(address: str, administration: str = FIRST, *, answer: str = "allow") -> dict[str, str]:
    """What the browser brings back after the person logged in there and pressed a button."""
    with httpx2.Client(follow_redirects=False) as browser:
        page = browser.get(address)
        for _ in range(6):
            target = page.headers.get("Location", "")
            if target.startswith(BACK):
                return {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}
            if target:
                page = browser.get(page.url.join(target))
            else:
                form = Form(page.text, administration, answer)
                page = browser.post(page.url.join(form.action), data=form.fields)
    raise AssertionError("the sandbox never sent the person back")


class Form(HTMLParser):
    """The last form of a page, filled in as it stands: the first of a list, the button that says `answer`."""

    def __init__(self, page: str, administration: str, answer: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._select = ""
        self._wanted = {administration, answer}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        name, value = told.get("name", ""), told.get("value", "")
        match tag:
            case "form":
                self.action, self.fields = told.get("action", ""), {}
            case "select":
                self._select = name
            case "option" if self._select not in self.fields or value in self._wanted:
                self.fields[self._select] = value
            case "input" | "button" if name:
                chosen = told.get("type") not in ("radio", "checkbox", "submit") and tag == "input"
                if chosen or value in self._wanted:
                    self.fields[name] = value
