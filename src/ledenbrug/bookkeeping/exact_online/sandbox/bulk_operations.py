"""Many rows at a time: bulk, sync, what was deleted, the row version of a date, open receivables.

Read only; the rows are those of `entity_operations`.
"""

from collections.abc import Iterable
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox import listing, wall
from ledenbrug.bookkeeping.exact_online.sandbox.calls import Api, Call, data
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, ADDRESS, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.entity_operations import filtered_options, rows_of
from ledenbrug.bookkeeping.exact_online.sandbox.guids import as_guid
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import DELETED, RECEIVABLE, SYNC_TIMESTAMP
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import bad
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.tables import STAMP
from ledenbrug.stage.messages import Response

_KEPT_SECONDS = 62 * 86_400  # what was deleted is told of for about two months
_SHAPES = {"Accounts": ACCOUNT, "Contacts": CONTACT, "Addresses": ADDRESS}


def register(api: Api) -> None:
    for name, shape in _SHAPES.items():
        _register(api, name, shape)
    api.add("GET", DELETED.path, deleted)
    api.add("GET", SYNC_TIMESTAMP.path, stamp_of_date)
    api.add("GET", RECEIVABLE.path, receivables)
    api.add("GET", RECEIVABLE.path + "ByAccount", receivables_of_account)


def _register(api: Api, name: str, shape: Shape) -> None:
    bulk_path, sync_path = f"bulk/CRM/{name}", f"sync/CRM/{name}"
    api.add("GET", bulk_path, lambda call: bulk(call, shape, bulk_path))
    api.add("GET", sync_path, lambda call: sync(call, shape, sync_path))


def bulk(call: Call, shape: Shape, path: str) -> Response:
    view = call.view(shape, path=path)
    options = filtered_options(call, view)
    if not options.select:
        raise bad("The $select query option is mandatory for this endpoint.")
    return data(200, listing.answer(view, rows_of(call, shape, options), options, page=listing.BULK_PAGE))


def sync(call: Call, shape: Shape, path: str) -> Response:
    view = call.view(shape, path=path, sync=True)
    options = _sync_options(call, view, {STAMP})
    rows = call.books.tables[shape.path].since if call.bearer.user.may_read(shape.path) else _none
    return data(200, _by_stamp(view, rows, options))


def deleted(call: Call) -> Response:
    view = call.view(DELETED)
    options = _sync_options(call, view, {STAMP, "EntityType"})
    oldest = wall.wall(call.world.clock() - _KEPT_SECONDS)

    def rows(after: int) -> Iterable[Row]:
        return (row for row in call.books.deleted if row[STAMP] > after and row["DeletedDate"] >= oldest)

    return data(200, _by_stamp(view, rows, options))


def stamp_of_date(call: Call) -> Response:
    """The last row version before a date, to begin a sync with."""
    query = {name.lower(): value for name, value in call.request.query().items()}
    endpoint = query.get("endpoint", "").strip("'")
    modified = wall.read(query.get("modified", "").removeprefix("datetime").strip("'"))
    shape = {name.lower(): one for name, one in _SHAPES.items()}.get(endpoint.split("/")[-1].lower())
    if modified is None or shape is None:
        raise bad("The parameters modified and endPoint are needed.")
    before = [row[STAMP] for row in call.books.tables[shape.path].rows.values() if row["Modified"] < modified]
    row: Row = {"Modified": modified, "API": endpoint, "TimeStampAsBigInt": max(before, default=1)}
    return data(200, {"d": {"results": [call.view(SYNC_TIMESTAMP).entity(row)]}})


def receivables(call: Call) -> Response:
    view = call.view(RECEIVABLE)
    options = listing.read_options(call.request.query(), view)
    return data(200, listing.answer(view, _open(call, ""), options, page=listing.BULK_PAGE))


def receivables_of_account(call: Call) -> Response:
    query = call.request.query()
    account = as_guid(query.get("accountId", "").removeprefix("guid").strip("'"))
    if account is None:
        raise bad("The parameter accountId is needed.")
    view = call.view(RECEIVABLE, path=RECEIVABLE.path + "ByAccount")
    options = listing.read_options(query, view)
    return data(200, listing.answer(view, _open(call, account), options))


def _open(call: Call, account: str) -> listing.Rows:
    def rows(after: Any) -> Iterable[Row]:
        known = sorted(call.books.receivables.values(), key=lambda row: int(row["HID"]))
        return [row for row in known if row["HID"] > (after or 0) and account in ("", row["AccountId"])]

    return rows


def _sync_options(call: Call, view: Any, allowed: set[str]) -> listing.Options:
    options = listing.read_options(call.request.query(), view)
    used = set(options.condition.fields) if options.condition else set()
    if used - allowed:
        raise bad(f"Filtering on these fields is not supported: {', '.join(sorted(used - allowed))}")
    if options.order:
        raise bad("$orderby is not supported by this endpoint.")
    return options


def _by_stamp(view: Any, since: Any, options: listing.Options) -> dict[str, Any]:
    """Ascending row versions; the token of the next page is the last of them."""
    by_stamp = view.keyed_by(STAMP)
    return listing.answer(by_stamp, lambda after: since(after or 0), options, page=listing.BULK_PAGE)


def _none(_after: int) -> Iterable[Row]:
    return ()
