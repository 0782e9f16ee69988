"""The operations on webhooks: list, register, remove, deactivate, activate.

What is sent to them, and when, is in `webhooks`.
"""

from typing import Any

from ledenbrug.bookkeeping.moneybird.sandbox import reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import model_not_found, not_found, plain, required, symbolic
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import timestamp
from ledenbrug.bookkeeping.moneybird.sandbox.webhooks import Webhook
from ledenbrug.stage.messages import Response, json_response

_SCOPES = ("settings",)


def register(api: Api) -> None:
    api.add("GET", "/webhooks", list_webhooks, scopes=_SCOPES)
    # The address is visited before it is accepted, and whoever is visited may call back: no lock meanwhile.
    api.add("POST", "/webhooks", create, scopes=_SCOPES, locked=False)
    api.add("DELETE", "/webhooks/{id}", delete, scopes=_SCOPES)
    api.add("PATCH", "/webhooks/{id}/activate", activate, scopes=_SCOPES)
    api.add("PATCH", "/webhooks/{id}/deactivate", deactivate, scopes=_SCOPES)


def list_webhooks(call: Call) -> Response:
    return json_response(200, [_shown(hook) for hook in call.world.webhooks.of(call.books.id)])


def create(call: Call) -> Response:
    body = reading.body_of(call.request)
    if "events" in body:
        message = "'events' has been removed from webhooks, use 'enabled_events'"
        raise symbolic(400, message, events="removed")
    url, events = reading.text_value(body.get("url"), "url"), body.get("enabled_events") or []
    if not (url or "").strip():
        raise required("url")
    if not isinstance(events, list) or not all(isinstance(event, str) for event in events):
        raise plain(400, "enabled_events is invalid")
    if not call.world.webhooks.reachable(str(url)):
        raise symbolic(400, "Url is invalid", url="invalid")
    hook = Webhook(call.world.ids.next(call.world.clock()), call.books.id, str(url), events)
    call.world.webhooks.hooks[hook.id] = hook
    return json_response(201, _shown(hook, secret=True))


def delete(call: Call) -> Response:
    hook = _found(call)
    if hook is None:
        raise not_found()
    del call.world.webhooks.hooks[hook.id]
    return Response(204)


def activate(call: Call) -> Response:
    return _switched(call, None)


def deactivate(call: Call) -> Response:
    return _switched(call, call.world.clock())


def _switched(call: Call, at: float | None) -> Response:
    hook = _found(call)
    if hook is None:
        raise model_not_found("Webhook")
    hook.deactivated_at = at
    return json_response(200, _shown(hook))


def _found(call: Call) -> Webhook | None:
    hook = call.world.webhooks.hooks.get(call.parameters["id"])
    return hook if hook and hook.administration_id == call.books.id else None


def _shown(hook: Webhook, *, secret: bool = False) -> dict[str, Any]:
    return {
        "id": hook.id,
        "administration_id": hook.administration_id,
        "url": hook.url,
        "enabled_events": hook.enabled_events,
        "last_http_status": hook.last_http_status,
        "last_http_body": hook.last_http_body,
        "token": hook.token,
        **({"secret": hook.secret} if secret else {}),
        "deactivated_at": None if hook.deactivated_at is None else timestamp(hook.deactivated_at),
    }
