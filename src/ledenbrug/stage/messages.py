"""The request a sandbox gets and the response it gives, as plain values.

They know nothing of sockets (`server`) or of who answers (`stand`).
"""

import json
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal
from urllib.parse import parse_qsl

Cut = Literal["", "close", "reset", "truncate"]


class NotJson(Exception):
    """The body cannot be read as JSON."""


def _refuse(text: str) -> Any:
    """Not a number, and other words that only Python takes for JSON."""
    raise ValueError(text)


_decode_json = json.JSONDecoder(parse_constant=_refuse).decode
_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    address: str

    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True)) if self.query_string else {}

    def form(self) -> dict[str, str]:
        return dict(self.form_pairs())

    def form_pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def json(self) -> Any:
        """Raises `NotJson`, also for half a character: JSON can spell one, and nobody could be shown it afterwards."""
        try:
            found = _decode_json(self.body.decode("utf-8-sig"))
            _encode_json(found).encode()
        except (ValueError, RecursionError):
            raise NotJson from None
        return found

    def cookie(self, name: str) -> str:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""

    def origin(self) -> str:
        return "http://" + self.headers.get("host", "127.0.0.1")


@dataclass(slots=True)
class Response:
    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    cut: Cut = ""  # how the connection ends instead of an honest answer


def json_response(status: int, value: object, headers: list[tuple[str, str]] | None = None) -> Response:
    return Response(status, _encode_json(value).encode(), [("Content-Type", "application/json"), *(headers or ())])


def text_response(status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(status, text.encode(), [("Content-Type", content_type)])


def redirect(location: str, headers: list[tuple[str, str]] | None = None) -> Response:
    return Response(303, b"", [("Location", location), ("Cache-Control", "no-store"), *(headers or ())])
