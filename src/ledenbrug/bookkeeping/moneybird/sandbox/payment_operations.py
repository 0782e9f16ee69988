"""Operations on contacts that need Moneybird's own payments or products, which no administration here has.

They give the refusals that the service gives then, and an empty list.
"""

from ledenbrug.bookkeeping.moneybird.sandbox import reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Refusal, not_found, symbolic
from ledenbrug.stage.messages import Response, json_response


def register(api: Api) -> None:
    mandate = "/contacts/{contact_id}/moneybird_payments_mandate"
    for method, path in (("GET", mandate), ("POST", mandate), ("DELETE", mandate), ("POST", mandate + "/url")):
        api.add(method, path, payments_are_off)
    charges = "/contacts/{id}/additional_charges"
    api.add("GET", charges, list_charges, scopes=("sales_invoices",))
    api.add("POST", charges, charge, scopes=("sales_invoices",))


def payments_are_off(_call: Call) -> Response:
    raise Refusal(403, 403)


def list_charges(call: Call) -> Response:
    if call.books.find(call.parameters["id"], archived=True) is None:
        raise not_found()
    return json_response(200, [])


def charge(call: Call) -> Response:
    if reading.body_of(call.request).get("subscription_id"):
        raise symbolic(400, "contact_id or subscription_id is required", contact_id="required")
    raise symbolic(404, "Product not found", product_id="not_found")
