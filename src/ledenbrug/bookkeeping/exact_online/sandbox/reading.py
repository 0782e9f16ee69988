"""What a body says, as typed values: names that exist, JSON types that fit, dates that can be read.

It refuses with 400 what the service cannot read; whether a value is allowed is asked later.
"""

import re
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.guids import as_guid
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Refusal, bad
from ledenbrug.bookkeeping.exact_online.sandbox.shape import DATE, FRACTION, GUID, NUMBER, TEXT, TICK, Property, Shape
from ledenbrug.stage.messages import NotJson, Request

Values = dict[str, Any]


def body_of(request: Request) -> Values:
    kind = request.headers.get("content-type", "")
    if "json" not in kind:
        raise Refusal(415, "Unsupported media type requested.")
    try:
        body = request.json()
    except NotJson:
        raise bad("Error processing request stream. The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise bad("Error processing request stream. An object is expected.")
    return body


def values_of(body: Values, shape: Shape, *, creating: bool, unknown: str) -> Values:
    """Those that may be written; what is read-only is left out without a word."""
    values: Values = {}
    for name, given in body.items():
        wanted = shape.properties.get(name)
        if wanted is None:
            if unknown == "refuse" and name != "__metadata":
                raise bad(f"The property name '{name}' is not valid for type 'Exact.Web.Api.Models.{shape.name}'.")
            continue
        if wanted.on_create if creating else wanted.on_update:
            values[name] = _typed(wanted, given)
    return values


def _typed(wanted: Property, given: Any) -> Any:
    if given is None or (given == "" and wanted.kind != TEXT):
        return None
    value = _converted(wanted.kind, given)
    if value is None:
        raise bad(f"Error processing request stream. The value of '{wanted.name}' does not fit its type.")
    return value


def _converted(kind: str, given: Any) -> Any:
    if kind == TEXT:
        return given if isinstance(given, str) else str(given) if _is_number(given) else None
    if kind == TICK:
        return given if isinstance(given, bool) else {"true": True, "false": False}.get(str(given).lower())
    if kind == GUID:
        return as_guid(given) if isinstance(given, str) else None
    if kind == DATE:
        return wall.read(given) if isinstance(given, str) else None
    if kind == NUMBER:
        return int(given) if isinstance(given, (bool, int)) or re.fullmatch(r"-?\d{1,18}", str(given)) else None
    if kind == FRACTION:
        return given if _is_number(given) else None
    return None


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)
