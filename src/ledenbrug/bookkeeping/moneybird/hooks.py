"""Moneybird's webhooks: registered with the `settings` scope, signed over time and body.

Nothing of the contact in a delivery is used but its id and version.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from ledenbrug.bookkeeping.moneybird import answers
from ledenbrug.core.errors import Temporary
from ledenbrug.core.hooks import Heard, Hooks, Refusal, Registered
from ledenbrug.core.line import Answer, Line
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId

CHANGED = "contact_changed"
"""The others say more than a version does: a contact that is deleted keeps its own."""
EVENTS = (CHANGED, "contact_archived", "contact_activated", "contact_destroyed", "contact_merged")
AGE_SECONDS = 300
_TIME = re.compile(r"t=([0-9]{1,12})")
_SIGNED = re.compile(r"v1=([0-9a-f]{64})")
_ID = re.compile(r"[0-9]{1,30}")


def register(line: Line, administration: str, url: str) -> Registered:
    """Two requests, and one for each that has our address already."""
    found = _asked(line, "GET", _path(administration), expected=(200,)).json()
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict) and each.get("url") == url:
            unregister(line, administration, str(each.get("id")))
    asked = {"url": url, "enabled_events": list(EVENTS)}
    new = _asked(line, "POST", _path(administration), json=asked, expected=(200, 201)).json()
    if not isinstance(new, dict) or not new.get("id") or not new.get("secret"):
        raise Temporary(Reason.NOT_JSON, reached=True)
    return Registered(str(new["id"]), str(new["secret"]))


def awake(line: Line, administration: str, hook: str) -> bool:
    path = _path(administration, f"{_of(hook)}/activate")
    return _asked(line, "PATCH", path, expected=(200, 404)).status == 200


def unregister(line: Line, administration: str, hook: str) -> None:
    _asked(line, "DELETE", _path(administration, _of(hook)), expected=(200, 204, 404))


def heard(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Heard | Refusal:
    parts = [part.strip() for part in headers.get("moneybird-signature", "").split(",")]
    times = [found[1] for part in parts if (found := _TIME.fullmatch(part))]
    signatures = [found[1] for part in parts if (found := _SIGNED.fullmatch(part))]
    if len(times) != 1 or not signatures:
        return Refusal.UNSIGNED
    ours = hmac.new(secret.encode(), times[0].encode() + b"." + body, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(ours, each) for each in signatures):  # several while a secret is being replaced
        return Refusal.SIGNATURE
    if abs(now.timestamp() - int(times[0])) > AGE_SECONDS:
        return Refusal.AGE
    return _contact(body)


def _contact(body: bytes) -> Heard | Refusal:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return Refusal.BODY
    if not isinstance(told, dict):
        return Refusal.BODY
    if told.get("entity_type") != "Contact":
        return Heard(None)
    contact, entity = str(told.get("entity_id")), told.get("entity")
    if not _ID.fullmatch(contact):
        return Refusal.BODY
    told_of = entity if isinstance(entity, dict) and told.get("action") == CHANGED else {}
    version = str(told_of.get("version"))
    return Heard(ContactId(contact), version if _ID.fullmatch(version) else "")


HOOKS = Hooks(("settings",), register, awake, unregister, heard)


def _path(administration: str, rest: str = "") -> str:
    return f"/api/v2/{quote(administration, safe='')}/webhooks{rest}.json"


def _of(hook: str) -> str:
    return f"/{quote(hook, safe='')}"


def _asked(line: Line, method: str, path: str, *, expected: tuple[int, ...], json: object | None = None) -> Answer:
    answer = line.request(method, path, json=json)
    if answer.status not in expected:
        raise answers.verdict(answer, now=line.now(), choices={})
    return answer
