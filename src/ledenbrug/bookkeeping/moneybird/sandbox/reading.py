"""What a caller sent, read as the service reads it: JSON or form fields, booleans as text, unknown keys ignored.

It judges shapes (400), not contents (422); those are in `rules`.
"""

import re
from collections.abc import Mapping
from typing import Any

from ledenbrug.bookkeeping.moneybird.sandbox.records import TEXTS, TICKS
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Refusal, plain, required, symbolic
from ledenbrug.stage.messages import NotJson, Request

_TRUE = ("true", "t", "yes", "y", "on", "1")  # in capitals too: Python sends `True`
_FALSE = ("false", "f", "no", "n", "off", "0", "")


def truth(value: object) -> bool:
    return str(value).lower() in _TRUE


def body_of(request: Request) -> dict[str, Any]:
    if not request.body.strip():
        return {}
    content_type = request.headers.get("content-type", "")
    if "urlencoded" in content_type:
        return _nested(request.form_pairs())
    if "xml" in content_type or "multipart" in content_type:
        raise plain(415, f"The provided content-type '{content_type.partition(';')[0]}' is not supported.")
    try:
        body = request.json()
    except NotJson:
        raise plain(400, "message body does not match declared format") from None
    if not isinstance(body, dict):
        raise plain(400, "message body does not match declared format")
    return body


def root(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    inner = body.get(name)
    if not isinstance(inner, dict):
        raise required(name)
    return inner


def contact_values(sent: Mapping[str, Any]) -> dict[str, str | bool | None]:
    """The attributes of a contact that were sent, in the shape they are kept in."""
    if "is_trusted" in sent:
        message = "An contact can only be trusted during the approval of a payment."
        raise symbolic(400, message, is_trusted="permission")
    values: dict[str, str | bool | None] = {}
    for name in TEXTS:
        if name in sent:
            values[name] = text_value(sent[name], f"contact[{name}]")
    for name in TICKS:
        if sent.get(name) is not None:
            values[name] = _tick(sent[name], f"contact[{name}]")
    return values


def text_value(value: object, path: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise plain(400, f"{path} is invalid")


def custom_values(sent: Mapping[str, Any]) -> dict[str, str]:
    """Custom field id → value, from an array or from an object with any keys."""
    attributes = sent.get("custom_fields_attributes")
    if attributes is None or attributes == "":
        return {}
    entries = list(attributes.values()) if isinstance(attributes, dict) else attributes
    if not isinstance(entries, list):
        raise plain(400, "contact[custom_fields_attributes] is invalid")
    values: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            raise plain(400, "contact[custom_fields_attributes] is invalid")
        for key in ("id", "value"):
            if key not in entry:
                raise required(key)
        field_id = text_value(entry["id"], "contact[custom_fields_attributes][id]") or ""
        values[field_id] = text_value(entry["value"], "contact[custom_fields_attributes][value]") or ""
    return values


def person_names(sent: Mapping[str, Any]) -> dict[str, str]:
    names = {}
    for name in ("firstname", "lastname"):
        names[name] = text_value(sent.get(name), f"contact[contact_person][{name}]") or ""
        if not names[name].strip():
            raise required(name)
    return names


def ids(body: Mapping[str, Any]) -> list[str]:
    found = body.get("ids")
    if found is None:
        raise required("ids")
    if not isinstance(found, list):
        raise plain(400, "ids is invalid")
    return [str(one) for one in found]


def paging(query: Mapping[str, str], default: int) -> tuple[int, int]:
    page, size = _whole(query, "page", 1), _whole(query, "per_page", default)
    if page < 1:
        raise plain(400, "page does not have a valid value")
    if not 1 <= size <= 100:
        raise plain(400, "per_page does not have a valid value")
    return page, size


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise plain(400, f"{name} is invalid")
    return int(text)


def _tick(value: object, path: str) -> bool:
    if truth(value):
        return True
    if str(value).lower() in _FALSE:
        return False
    raise plain(400, f"{path} is invalid")


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`contact[firstname]=Anna&ids[]=1` as the object it stands for."""
    body: dict[str, Any] = {}
    for key, value in pairs:
        name, _, rest = key.partition("[")
        steps = [name, *(part.rstrip("]") for part in rest.split("[") if rest)]
        try:
            _put(body, steps, value)
        except (TypeError, AttributeError, RecursionError):
            raise Refusal(400, {"error": f"{key} is invalid"}) from None
    return body


def _put(inside: dict[str, Any], steps: list[str], value: str) -> None:
    first, *others = steps
    if not others:
        inside[first] = value
    elif others == [""]:
        inside.setdefault(first, []).append(value)
    else:
        _put(inside.setdefault(first, {}), others, value)
