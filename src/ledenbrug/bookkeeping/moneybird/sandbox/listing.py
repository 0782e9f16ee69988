"""Long lists in pages: as many as were asked for, with links to the pages before and after.

It knows nothing of what is listed.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ledenbrug.bookkeeping.moneybird.sandbox import reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Call
from ledenbrug.stage.messages import Response, json_response

One = TypeVar("One")
MOST_AT_ONCE = 100


def page_of(call: Call, found: Sequence[One], show: Callable[[One], dict[str, Any]]) -> Response:
    query, switches = call.request.query(), call.world.switches
    page, size = reading.paging(query, int(switches.page_size))
    links = []
    if switches.next_link == "yes":
        if len(found) > page * size:
            links.append(_link(call, query, page + 1, size, "next"))
        if page > 1:
            links.append(_link(call, query, page - 1, size, "prev"))
    headers = [("Link", ", ".join(links))] if links else []
    return json_response(200, [show(one) for one in found[(page - 1) * size : page * size]], headers)


def versions_of(call: Call, versions: Sequence[tuple[str, int]]) -> Response:
    """Everybody at once, unless pages are asked for."""
    query = call.request.query()
    if call.world.switches.sync_paging == "honour" and ("page" in query or "per_page" in query):
        page, size = reading.paging(query, MOST_AT_ONCE)
        versions = versions[(page - 1) * size : page * size]
    return json_response(200, [{"id": one, "version": version} for one, version in versions])


def asked_for(call: Call) -> list[str]:
    """The ids in a body, each once; those beyond a hundred are cut off without a word."""
    return list(dict.fromkeys(reading.ids(reading.body_of(call.request))[:MOST_AT_ONCE]))


def _link(call: Call, query: dict[str, str], page: int, size: int, relation: str) -> str:
    address = call.request.origin() + quote(call.request.path, safe="/%")
    others = {name: value for name, value in query.items() if name not in ("page", "per_page")}
    return f'<{address}?{urlencode({"page": page, "per_page": size} | others)}>; rel="{relation}"'
