"""The error answers of the service, by name.

The wording is what a client's code has to match; where nobody has seen the real one, the README says so.
"""

from dataclasses import dataclass
from typing import Any

from ledenbrug.stage.messages import Response, json_response


class Refusal(Exception):
    def __init__(self, status: int, body: object) -> None:
        super().__init__(status)
        self.status, self.body = status, body

    def response(self) -> Response:
        return json_response(self.status, self.body)


@dataclass(frozen=True, slots=True)
class Fault422:
    """One broken rule: the attribute, the words, and the code with its parameters."""

    attribute: str
    message: str
    detail: dict[str, Any]


def blank(attribute: str) -> Fault422:
    return Fault422(attribute, "can't be blank", {"error": "blank"})


def invalid(attribute: str, value: object) -> Fault422:
    return Fault422(attribute, "is invalid", {"error": "invalid", "value": value})


def taken(attribute: str, value: object) -> Fault422:
    return Fault422(attribute, "is already in use", {"error": "taken", "value": value})


def said(attribute: str, message: str) -> Fault422:
    """A rule whose code is its own sentence."""
    return Fault422(attribute, message, {"error": message})


def unprocessable(faults: list[Fault422]) -> Refusal:
    error: dict[str, list[str]] = {}
    details: dict[str, list[dict[str, Any]]] = {}
    for fault in faults:
        error.setdefault(fault.attribute, []).append(fault.message)
        details.setdefault(fault.attribute, []).append(fault.detail)
    return Refusal(422, {"error": error, "details": details})


def symbolic(status: int, message: str, **symbols: str) -> Refusal:
    return Refusal(status, {"error": message, "symbolic": symbols})


def required(name: str) -> Refusal:
    return symbolic(400, f"{name.capitalize()} is required", **{name: "required"})


def plain(status: int, message: str) -> Refusal:
    return Refusal(status, {"error": message})


def not_found(key: str = "id") -> Refusal:
    return symbolic(404, "record not found", **{key: "not_found"})


def model_not_found(model: str) -> Refusal:
    return plain(404, f"Record not found for model name: {model}")


def token_invalid() -> Refusal:
    return symbolic(401, "token is invalid", request="invalid_grant")


def token_revoked() -> Refusal:
    return symbolic(401, "access token revoked", request="invalid_grant")


def can_not_be_archived() -> Refusal:
    return symbolic(400, "Contact can not be archived", id="can_not_be_archived")
