"""Says yes at a sandbox as a person in a browser would: follows its pages, logs in, allows, and is sent back.

It knows no package: every sandbox has its login filled in, and calls its buttons `login` and `allow`.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import httpx2

BUTTONS = ("login", "allow")
PAGES = 10
"""More than any sandbox has between the question and the answer."""


class Lost(Exception):
    """The pages led nowhere."""


@dataclass
class _Form:
    action: str
    values: dict[str, str] = field(default_factory=dict)
    button: str = ""


class _Forms(HTMLParser):
    """The forms of a page, filled in as they are found there: of a list the first, or what is chosen already."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(_Form(told.get("action", "")))
        if not self.found:
            return
        form, name = self.found[-1], told.get("name", "")
        if tag == "select":
            self._list = name
        elif tag == "option" and (self._list not in form.values or "selected" in told):
            form.values[self._list] = told.get("value", "")
        elif tag == "input" and name:
            form.values[name] = told.get("value", "")
        elif tag == "button" and told.get("id") in BUTTONS:
            form.button = told["id"]
            form.values |= {name: told.get("value", "")} if name else {}


def say_yes(address: str, *, back: str, administration: str) -> dict[str, str]:
    """What the package sends back to the address `back`. Where it asks for which books, it is told."""
    with httpx2.Client() as browser:
        answer = browser.get(address)
        for _ in range(PAGES):
            here, to = answer.request.url, answer.headers.get("Location", "")
            if to.startswith(back):
                return dict(parse_qsl(urlsplit(to).query))
            if to:
                answer = browser.get(here.join(to))
            else:
                form = _to_press(answer.text, administration)
                answer = browser.post(here.join(form.action), data=form.values)
    raise Lost(f"no way back after {PAGES} pages")


def _to_press(page: str, administration: str) -> _Form:
    forms = _Forms()
    forms.feed(page)
    found = next((each for each in forms.found if each.button), None)
    if found is None:
        raise Lost("no button to press")
    if "administration" in found.values:
        found.values["administration"] = administration
    return found
