"""Exact Online's webhooks: of accounts only, signed over the bytes of their content with a secret of the key.

A delivery says that an account was changed, by whom it does not say. Nothing of it is used but the account's id.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime

from ledenbrug.bookkeeping.exact_online.asking import Division
from ledenbrug.bookkeeping.exact_online.translate import is_guid, text
from ledenbrug.core.errors import Rejected, Temporary
from ledenbrug.core.hooks import Heard, Hooks, Refusal, Registered
from ledenbrug.core.line import Answer, Line
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId

ENDPOINT, TOPIC, DELETED = "webhooks/WebhookSubscriptions", "Accounts", "Delete"
_SIGNED = re.compile(rb'\s*\{\s*"Content"\s*:\s*(\{.*\})\s*,\s*"HashCode"\s*:\s*"([0-9A-Fa-f]{64})"\s*\}\s*', re.DOTALL)
"""The content is cut out as it came: written anew it would be other bytes."""


def register(line: Line, administration: str, url: str) -> Registered:
    """Two requests, and one for each that has our address already. Our address is visited meanwhile."""
    division = Division(line, administration)
    for each in list(division.rows(ENDPOINT, select="ID,CallbackURL")):
        if each.get("CallbackURL") == url:
            unregister(line, administration, text(each, "ID"))
    answer = division.ask("POST", ENDPOINT, json={"CallbackURL": url, "Topic": TOPIC})
    if answer.status == 500:
        raise Rejected(Reason.REFUSED)  # they could not reach us
    made = _expected(division, answer, 200, 201).json()
    hook = made.get("d") if isinstance(made, dict) else None
    if not isinstance(hook, dict) or not is_guid(text(hook, "ID")):
        raise Temporary(Reason.NOT_JSON, reached=True)
    return Registered(text(hook, "ID"), "")


def awake(line: Line, administration: str, hook: str) -> bool:
    return bool(Division(line, administration).of(ENDPOINT, [hook], select="ID", by="ID"))


def unregister(line: Line, administration: str, hook: str) -> None:
    division = Division(line, administration)
    _expected(division, division.ask("DELETE", ENDPOINT, key=hook), 200, 204, 404)


def heard(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Heard | Refusal:
    """When it was sent is not looked at: nobody knows on which clock that is, and the same bytes count once."""
    found = _SIGNED.fullmatch(body)
    if found is None:
        return Refusal.UNSIGNED
    ours = hmac.new(secret.encode(), found[1], hashlib.sha256).hexdigest()
    if not hmac.compare_digest(ours.encode(), found[2].lower()):
        return Refusal.SIGNATURE
    return _account(found[1])


def _account(content: bytes) -> Heard | Refusal:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return Refusal.BODY
    if told.get("Topic") != TOPIC:
        return Heard(None)
    account = str(told.get("Key"))
    if not is_guid(account):
        return Refusal.BODY
    return Heard(ContactId(account.lower()), echo=told.get("Action") != DELETED)


HOOKS = Hooks((), register, awake, unregister, heard, own_secret=True)


def _expected(division: Division, answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise division.trouble(answer)
    return answer
