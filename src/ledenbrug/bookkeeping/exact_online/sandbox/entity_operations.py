"""Reading and writing one entity at a time: relations, contacts, addresses, bank accounts, mandates, conditions.

The verbs are the same for all; what differs is in the shape. Bulk and sync are in `bulk_operations`.
"""

from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox import listing, reading
from ledenbrug.bookkeeping.exact_online.sandbox.calls import Api, Call, Operation, data, forbidden_for
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, ADDRESS, BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.guids import as_guid, order
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import (
    CLASSIFICATION,
    CLASSIFICATION_NAME,
    CONDITION,
    MANDATE,
    STATE,
    SUBSCRIPTION,
)
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import bad, gone
from ledenbrug.bookkeeping.exact_online.sandbox.shape import GUID, Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.views import View
from ledenbrug.stage.messages import Response, text_response

SHAPES = (
    *(ACCOUNT, CONTACT, ADDRESS, BANK_ACCOUNT, MANDATE, CONDITION),
    *(CLASSIFICATION, CLASSIFICATION_NAME, STATE, SUBSCRIPTION),
)
_SAME_ADDRESS = ("Account", "Type", "AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "Country")


def register(api: Api) -> None:
    for shape in SHAPES:
        _register(api, shape)
    api.add("GET", ACCOUNT.path, bank_accounts_of, suffix="/{key}/BankAccounts")


def _register(api: Api, shape: Shape) -> None:
    def bound(operation: Any) -> Operation:
        return lambda call: operation(call, shape)

    api.add("GET", shape.path, bound(list_rows))
    api.add("GET", shape.path, bound(count_rows), suffix="/$count")
    api.add("GET", shape.path, bound(read), suffix="/{key}")
    for verb, operation, suffix in (("POST", create, ""), ("PUT", update, "/{key}"), ("DELETE", delete, "/{key}")):
        if verb in shape.verbs:
            api.add(verb, shape.path, bound(operation), suffix=suffix)


def list_rows(call: Call, shape: Shape) -> Response:
    view = call.view(shape)
    options = filtered_options(call, view)
    return data(200, listing.answer(view, rows_of(call, shape, options), options, expanded=_expanded(call)))


def count_rows(call: Call, shape: Shape) -> Response:
    view = call.view(shape)
    options = filtered_options(call, view)
    return text_response(200, str(listing.count(view, rows_of(call, shape, options), options)))


def read(call: Call, shape: Shape) -> Response:
    view = call.view(shape)
    options = listing.read_options(call.request.query(), view)
    row = _found(call, shape)
    shown = view.entity(row, options.select)
    expanded = _expanded(call)
    shown.update({name: {"results": expanded(row, name)} for name in options.expand if expanded})
    return data(200, {"d": shown})


def create(call: Call, shape: Shape) -> Response:
    _may_write(call, shape)
    unknown = call.world.switches.unknown_property
    values = reading.values_of(reading.body_of(call.request), shape, creating=True, unknown=unknown)
    row = _same_address(call, values) if shape is ADDRESS else None
    row = row or call.books.create(shape, values, call.bearer.user)
    view = call.view(shape)
    shown = view.entity(row) if call.prefers_representation() else view.bare(row)
    return data(201, {"d": shown}, [("Location", view.address(row))])


def update(call: Call, shape: Shape) -> Response:
    _may_write(call, shape)
    body, row = reading.body_of(call.request), _found(call, shape)
    switches = call.world.switches
    values = reading.values_of(body, shape, creating=False, unknown=switches.unknown_property)
    if shape is CONTACT and "Account" in body and switches.contact_account == "change":
        values["Account"] = as_guid(str(body["Account"]))
    if shape is ACCOUNT and "Code" in body:
        call.world.remarks["code in an update"] += 1
    call.books.update(shape, row, values, call.bearer.user)
    if switches.put_prefer == "honour" and call.prefers_representation():
        return data(200, {"d": call.view(shape).entity(row)})
    return Response(204)


def delete(call: Call, shape: Shape) -> Response:
    _may_write(call, shape)
    call.books.delete(shape, _found(call, shape), call.bearer.user)
    return Response(204)


def bank_accounts_of(call: Call) -> Response:
    view, rows = call.view(BANK_ACCOUNT), _banks(call, _found(call, ACCOUNT))
    return data(200, listing.answer(view, lambda _after: rows, listing.read_options(call.request.query(), view)))


def filtered_options(call: Call, view: View) -> listing.Options:
    """The options of a list, when its filter is on the fields that may be filtered on."""
    options = listing.read_options(call.request.query(), view)
    allowed = view.shape.filterable
    if allowed is None or call.world.switches.mandatory_filter == "off":
        return options
    used = options.condition.fields if options.condition else ()
    if refused := [name for name in used if name not in allowed]:
        raise bad(f"Filtering on these fields is not supported: {', '.join(refused)}")
    if not used and view.path == view.shape.path:
        named = ", ".join(name for name in view.shape.properties if name in allowed)
        raise bad(f"This endpoint has mandatory filtering applied. Use at least one of these fields: {named}")
    return options


def rows_of(call: Call, shape: Shape, options: listing.Options) -> listing.Rows:
    """Without the right to read, a list is empty and nothing says so."""
    if not call.bearer.user.may_read(shape.path):
        return lambda _after: ()
    few = _pinned(call, shape, options.condition.pins if options.condition else {})
    if few is None:
        return call.books.tables[shape.path].after
    return lambda after: [row for row in few if not after or order(row["ID"]) > order(after)]


def _pinned(call: Call, shape: Shape, pins: dict[str, Any]) -> list[Row] | None:
    """The few rows that can meet the condition, where an index knows them."""
    if isinstance(key := pins.get("ID"), str):
        return [row for row in (call.books.row(shape, key),) if row]
    if shape is ACCOUNT and isinstance(code := pins.get("Code"), str):
        return [row for row in (call.books.account_by_code(code),) if row]
    if "Account" in shape.properties and isinstance(account := pins.get("Account"), str):
        return sorted_rows(call.books.of_account(shape, account))
    return None


def sorted_rows(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: order(row["ID"]))


def _expanded(call: Call) -> Any:
    def rows(row: Row, name: str) -> list[dict[str, Any]]:
        if name != "BankAccounts":
            raise bad(f"The property '{name}' cannot be expanded.")
        return [*map(call.view(BANK_ACCOUNT).entity, _banks(call, row))]

    return rows if call.world.switches.expand == "rows" else None


def _banks(call: Call, account: Row) -> list[Row]:
    there = call.books.of_account(BANK_ACCOUNT, account["ID"])
    return sorted_rows(there) if call.bearer.user.may_read(BANK_ACCOUNT.path) else []


def _found(call: Call, shape: Shape) -> Row:
    key = as_guid(call.parameters["key"])
    if key is None:
        raise bad(
            f"The key in the address is not a valid {'guid' if shape.properties[shape.key].kind == GUID else 'key'}."
        )
    row = call.books.row(shape, key)
    if row is None or not call.bearer.user.may_read(shape.path):
        raise gone()
    return row


def _may_write(call: Call, shape: Shape) -> None:
    if not call.bearer.user.may_read(shape.path):
        raise forbidden_for("ApplicationScopeViolated")


def _same_address(call: Call, values: reading.Values) -> Row | None:
    for row in call.books.of_account(ADDRESS, values.get("Account")):
        if all(row.get(name, ADDRESS.unset(name)) == values.get(name, ADDRESS.unset(name)) for name in _SAME_ADDRESS):
            return row
    return None
