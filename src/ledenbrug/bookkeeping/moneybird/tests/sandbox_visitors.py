"""How the sandbox tests talk to it: real HTTP, as a program with a token and as a person with a browser.

It knows paths and forms, no rules.
"""

from dataclasses import dataclass
from typing import Any

import httpx2

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox
from tests.stage.person import PLAIN, Person

__all__ = ["BOOKS", "CLIENT", "OTHER_BOOKS", "PLAIN", "REDIRECT", "Person", "Program", "exchange", "program"]

BOOKS = "400000000000000001"
OTHER_BOOKS = "400000000000000002"
REDIRECT = "http://127.0.0.1:9/done"
CLIENT = {"client_id": "ledenbrug-sandbox", "client_secret": "ledenbrug-sandbox-secret"}


@dataclass
class Program:
    """A caller of the API in one administration."""

    http: httpx2.Client
    books: str = BOOKS

    def ask(self, method: str, path: str, body: object = None, **query: str | int) -> httpx2.Response:
        return self.http.request(method, f"/api/v2/{self.books}{path}", json=body, params=query or None)

    def create(self, **contact: object) -> dict[str, Any]:
        response = self.ask("POST", "/contacts", {"contact": contact})
        assert response.status_code == 201, response.text
        return dict(response.json())

    def patch(self, contact_id: str, **contact: object) -> httpx2.Response:
        return self.ask("PATCH", f"/contacts/{contact_id}", {"contact": contact})

    def read(self, contact_id: str) -> dict[str, Any]:
        response = self.ask("GET", f"/contacts/{contact_id}", include_archived="true")
        assert response.status_code == 200, response.text
        return dict(response.json())


def program(sandbox: Sandbox, token: str = "secret", books: str = BOOKS) -> Program:
    headers = {"Authorization": f"Bearer {token}"}
    return Program(httpx2.Client(verify=False, base_url=sandbox.url, headers=headers), books)


def exchange(sandbox: Sandbox, code: str, redirect_uri: str = REDIRECT) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, **CLIENT}
    return PLAIN.post(f"{sandbox.url}/oauth/token", data=form)
