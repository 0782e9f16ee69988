"""Subscribing to webhooks; the messages themselves leave from `webhooks`.

An address is visited before it is subscribed, so these are carried out without holding the world's lock.
"""

from ledenbrug.bookkeeping.exact_online.sandbox import listing, reading, wall
from ledenbrug.bookkeeping.exact_online.sandbox.calls import Api, Call, data
from ledenbrug.bookkeeping.exact_online.sandbox.guids import as_guid, new_guid, order
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import WEBHOOK
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Complaint, Refusal, broken, gone
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row
from ledenbrug.bookkeeping.exact_online.sandbox.webhooks import Subscription
from ledenbrug.stage.messages import Response

TOPICS = ("Accounts", "Contacts", "BankAccounts")


def register(api: Api) -> None:
    api.add("GET", WEBHOOK.path, list_subscriptions, locked=False)
    api.add("POST", WEBHOOK.path, subscribe, locked=False)
    api.add("GET", WEBHOOK.path, read, suffix="/{key}", locked=False)
    api.add("PUT", WEBHOOK.path, change, suffix="/{key}", locked=False)
    api.add("DELETE", WEBHOOK.path, unsubscribe, suffix="/{key}", locked=False)


def list_subscriptions(call: Call) -> Response:
    view = call.view(WEBHOOK)
    mine = sorted((_row(one) for one in _known(call)), key=lambda row: order(row["ID"]))

    def rows(after: str | None) -> list[Row]:
        return [row for row in mine if not after or order(row["ID"]) > order(after)]

    return data(200, listing.answer(view, rows, listing.read_options(call.request.query(), view)))


def subscribe(call: Call) -> Response:
    values = _values(call, creating=True)
    missing = [Complaint("mandatory", name) for name in WEBHOOK.needed if not values.get(name)]
    if missing:
        raise broken(*missing)
    _check(call, values)
    now, bearer = call.world.clock(), call.bearer
    topic, url = values["Topic"], values["CallbackURL"]
    one = Subscription(new_guid(), call.books.code, bearer.client_id, bearer.user.id, topic, url, now)
    call.world.webhooks.subscriptions[one.id] = one
    view = call.view(WEBHOOK)
    shown = view.entity(_row(one)) if call.prefers_representation() else view.bare(_row(one))
    return data(201, {"d": shown}, [("Location", view.address(_row(one)))])


def read(call: Call) -> Response:
    return data(200, {"d": call.view(WEBHOOK).entity(_row(_found(call)))})


def change(call: Call) -> Response:
    one, values = _found(call), _values(call, creating=False)
    _check(call, {"Topic": one.topic, "CallbackURL": one.url} | values)
    one.topic, one.url = values.get("Topic") or one.topic, values.get("CallbackURL") or one.url
    return Response(204)


def unsubscribe(call: Call) -> Response:
    del call.world.webhooks.subscriptions[_found(call).id]
    return Response(204)


def _values(call: Call, *, creating: bool) -> reading.Values:
    unknown = call.world.switches.unknown_property
    return reading.values_of(reading.body_of(call.request), WEBHOOK, creating=creating, unknown=unknown)


def _check(call: Call, values: reading.Values) -> None:
    if values["Topic"] not in TOPICS:
        raise broken(Complaint("invalid", "Topic"))
    if refusal := call.world.webhooks.refusal(values["CallbackURL"]):
        raise Refusal(500, refusal)


def _known(call: Call) -> list[Subscription]:
    key, code = call.bearer.client_id, call.books.code
    return [one for one in call.world.webhooks.subscriptions.values() if (one.client_id, one.division) == (key, code)]


def _found(call: Call) -> Subscription:
    key = as_guid(call.parameters["key"])
    one = next((one for one in _known(call) if one.id == key), None)
    if one is None:
        raise gone()
    return one


def _row(one: Subscription) -> Row:
    return {
        "ID": one.id, "CallbackURL": one.url, "ClientID": one.client_id, "Created": wall.wall(one.created),
        "Creator": one.user_id, "Description": "Ledenbrug", "Topic": one.topic, "UserID": one.user_id,
    }  # fmt: skip
