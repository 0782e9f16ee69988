"""Somebody with a browser, for the tests of every sandbox: opens pages, fills in forms, presses buttons.

It knows HTML forms, no package and no rules.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2

PLAIN = httpx2.Client(verify=False)  # without certificates, which take longer to load than most tests run


@dataclass
class Person:
    """Somebody with a browser: follows redirects on this server only, fills in forms as they stand."""

    url: str
    http: httpx2.Client = field(init=False)
    page: httpx2.Response = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(verify=False, base_url=self.url, headers={"Accept-Language": "nl"})

    def open(self, path: str, **query: str) -> "Person":
        return self._land(self.http.get(path, params=query or None))

    def press(self, key: str, **typed: str) -> "Person":
        """Presses the button with this id, in its own form."""
        for form in re.findall(r"<form.*?</form>", self.page.text, re.DOTALL):
            if f'id="{key}"' in form:
                return self._send(form, key, typed)
        raise AssertionError(f"no button {key} on {self.page.url}: {self.page.text}")

    @property
    def elsewhere(self) -> dict[str, str]:
        """The query of the address outside that the last answer led to."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.headers["location"]).query).items()}

    def _send(self, form: str, key: str, typed: dict[str, str]) -> "Person":
        data: dict[str, list[str]] = {}
        for name, value in _inputs(form):
            data.setdefault(unescape(name), []).append(unescape(value))
        pressed = re.search(rf'<button[^>]*id="{key}" name="(\w+)" value="(\w+)"', form)
        if pressed:
            data[pressed[1]] = [pressed[2]]
        action = re.match(r'<form[^>]*action="([^"]*)"', form)
        path = unescape(action[1]) if action else str(self.page.url)
        return self._land(self.http.post(path, data=data | {name: [value] for name, value in typed.items()}))

    def _land(self, response: httpx2.Response) -> "Person":
        while response.is_redirect and (
            response.headers["location"].startswith("/") or response.headers["location"].startswith(self.url)
        ):
            response = self.http.get(response.headers["location"])
        self.page = response
        return self


def _inputs(form: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input[^>]*?name="([^"]*)"[^>]*?value="([^"]*)"(?![^>]*type="checkbox")[^>]*>', form)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        values = re.findall(r'<option value="([^"]*)"( selected)?', options)
        found.append((name, next((value for value, chosen in values if chosen), values[0][0])))
    ticks = re.findall(r'<input type="checkbox"[^>]*name="([^"]*)" value="([^"]*)"( checked)?', form)
    ticked = [(name, value) for name, value, checked in ticks if checked]
    boxes = {name for name, _, _ in ticks}
    return [pair for pair in found if pair[0] not in boxes] + ticked
