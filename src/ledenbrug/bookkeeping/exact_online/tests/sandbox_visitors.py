"""How the sandbox tests talk to it: real HTTP, as a program with a token; the person with a browser is shared.

It knows paths and forms, no rules.
"""

from dataclasses import dataclass
from typing import Any

import httpx2

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox
from ledenbrug.bookkeeping.exact_online.sandbox.running import CLIENT_ID, CLIENT_SECRET
from tests.stage.person import PLAIN, Person

__all__ = [
    "ASK", "CLIENT", "DIVISION", "FULL", "OTHER", "PLAIN", "REDIRECT", "Person", "Program", "allowed", "exchange",
    "program", "refresh", "tokens",
]  # fmt: skip

DIVISION, OTHER = "900001", "900002"
REDIRECT = "http://127.0.0.1:9/done"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
ASK = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "response_type": "code", "state": "s1"}
FULL = {"Prefer": "return=representation"}


@dataclass
class Program:
    """A caller of the API in one division."""

    http: httpx2.Client
    division: str = DIVISION

    def ask(self, method: str, path: str, body: object = None, headers: Any = None, **query: object) -> httpx2.Response:
        """`query` without the `$` of its options."""
        options = {f"${name}": str(value) for name, value in query.items()}
        address = path if path.startswith("http") else f"/api/v1/{self.division}/{path}"
        return self.http.request(method, address, json=body, headers=headers, params=options or None)

    def post(self, path: str, **values: object) -> dict[str, Any]:
        response = self.ask("POST", path, values, FULL)
        assert response.status_code == 201, response.text
        return dict(response.json()["d"])

    def account(self, **values: object) -> str:
        return str(self.post("crm/Accounts", **{"Name": "S. Bakker", **values})["ID"])

    def put(self, path: str, key: str, **values: object) -> httpx2.Response:
        return self.ask("PUT", f"{path}(guid'{key}')", values)

    def one(self, path: str, key: str) -> dict[str, Any]:
        response = self.ask("GET", f"{path}(guid'{key}')")
        assert response.status_code == 200, response.text
        return dict(response.json()["d"])

    def rows(self, path: str, **query: object) -> list[dict[str, Any]]:
        response = self.ask("GET", path, **query)
        assert response.status_code == 200, response.text
        found = response.json()["d"]
        return list(found if isinstance(found, list) else found["results"])

    def said(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, str]:
        response = self.ask(method, path, body, **query)
        return response.status_code, response.json()["error"]["message"]["value"]

    def me(self) -> dict[str, Any]:
        return dict(self.http.get("/api/v1/current/Me").json()["d"]["results"][0])


def program(sandbox: Sandbox, token: str = "secret", division: str = DIVISION) -> Program:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return Program(httpx2.Client(verify=False, base_url=sandbox.url, headers=headers), division)


def allowed(sandbox: Sandbox, email: str = "anna@debrug.example", **ask: str) -> dict[str, str]:
    person = Person(sandbox.url).open("/api/oauth2/auth", **(ASK | ask)).press("login", email=email)
    return person.press("allow").elsewhere


def exchange(sandbox: Sandbox, code: str, **change: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **CLIENT}
    return PLAIN.post(f"{sandbox.url}/api/oauth2/token", data=form | change)


def tokens(sandbox: Sandbox, email: str = "anna@debrug.example") -> dict[str, str]:
    return dict(exchange(sandbox, allowed(sandbox, email)["code"]).json())


def refresh(sandbox: Sandbox, value: str) -> httpx2.Response:
    form = {"grant_type": "refresh_token", "refresh_token": value, **CLIENT}
    return PLAIN.post(f"{sandbox.url}/api/oauth2/token", data=form)
