"""Lists as the service gives them: options read, rows filtered, ordered and cut into pages, one of three envelopes.

It reads query options and shapes answers; where the rows come from and who may see them is decided by the caller.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any
from urllib.parse import quote

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.condition import BadQuery, Condition, plain, rank, read_literals
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import bad
from ledenbrug.bookkeeping.exact_online.sandbox.shape import DATE, GUID, LINK, LONG, TEXT, Row
from ledenbrug.bookkeeping.exact_online.sandbox.views import MODELS, View

PAGE, BULK_PAGE = 60, 1000
Rows = Callable[[Any], Iterable[Row]]  # those after this key (None: all), in the order of the key
_KEPT = ("$inlinecount", "$filter", "$orderby", "$expand", "$select")
_KNOWN = (*_KEPT, "$top", "$skip", "$skiptoken", "$format")


@dataclass(frozen=True, slots=True)
class Options:
    given: dict[str, str]
    select: tuple[str, ...]
    expand: tuple[str, ...]
    condition: Condition | None
    order: tuple[tuple[str, bool], ...]  # name, descending
    top: int | None
    skip: int
    token: list[Any] | None
    counted: bool


def read_options(query: dict[str, str], view: View) -> Options:
    for name in query:
        if name.startswith("$") and name not in _KNOWN:
            raise bad(f"The query parameter '{name}' is not supported.")
    try:
        text = query.get("$filter", "").strip()
        kinds = {name: view.kind(name) for name in view.names or view.shape.properties}
        return Options(
            query,
            _names(query.get("$select", ""), view),
            _names(query.get("$expand", ""), view),
            Condition(text, kinds, MODELS + view.shape.name) if text else None,
            _order(query.get("$orderby", ""), view),
            _whole(query, "$top"),
            _whole(query, "$skip") or 0,
            read_literals(query["$skiptoken"]) if query.get("$skiptoken") else None,
            query.get("$inlinecount") == "allpages",
        )
    except BadQuery as refused:
        raise bad(str(refused)) from None


def answer(view: View, rows: Rows, options: Options, *, page: int = PAGE, expanded: Any = None) -> dict[str, Any]:
    wanted = page if options.top is None else min(options.top, page)
    ordered = _ordered(view, rows, options)
    skip = 0 if options.token else options.skip
    found: list[Row] = []
    more = False
    for at, row in enumerate(ordered):
        if at < skip:
            continue
        if len(found) == wanted:
            more = True
            break
        found.append(row)
    shown = [*map(view.entities(options.select), found)]
    for row, one in zip(found, shown, strict=True) if expanded else ():
        one.update({name: {"results": expanded(row, name)} for name in options.expand})
    if options.top is not None and options.top <= page and not options.counted:
        return {"d": shown}
    body: dict[str, Any] = {"results": shown}
    if options.counted:
        body["__count"] = str(count(view, rows, options))
    if more and (options.top is None or options.top > wanted):
        body["__next"] = _next(view, found[-1], options, wanted)
    return {"d": body}


def count(view: View, rows: Rows, options: Options) -> int:
    return sum(1 for _ in _kept(view, rows(None), options))


def _ordered(view: View, rows: Rows, options: Options) -> Iterator[Row]:
    if not options.order:
        yield from _kept(view, rows(options.token[-1] if options.token else None), options)
        return
    names = [*options.order, (view.shape.key, False)]

    def values(row: Row) -> list[Any]:
        return [view.value(row, name) for name, _ in names]

    def compare(one: list[Any], other: list[Any]) -> int:
        for (_, down), a, b in zip(names, one, other, strict=False):
            first, second = rank(plain(a)), rank(plain(b))
            if first != second:
                return (1 if first > second else -1) * (-1 if down else 1)
        return 0

    ranked = sorted(((values(row), row) for row in _kept(view, rows(None), options)), key=_first(compare))
    for found, row in ranked:
        if options.token is None or compare(found, options.token) > 0:
            yield row


def _first(compare: Callable[[list[Any], list[Any]], int]) -> Callable[[tuple[list[Any], Row]], Any]:
    key = cmp_to_key(compare)
    return lambda pair: key(pair[0])


def _kept(view: View, rows: Iterable[Row], options: Options) -> Iterator[Row]:
    condition = options.condition
    if condition is None:
        yield from rows
        return
    for row in rows:
        if condition.holds(lambda name, row=row: view.value(row, name)):  # type: ignore[misc]
            yield row


def _next(view: View, last: Row, options: Options, given: int) -> str:
    """`$skip` falls away, `$top` counts down, the token holds what the last row is ordered by."""
    query = [(name, options.given[name]) for name in _KEPT if options.given.get(name)]
    if options.top is not None:
        query.append(("$top", str(options.top - given)))
    names = [name for name, _ in options.order] + [view.by or view.shape.key]
    query.append(("$skiptoken", ",".join(_literal(view, last, name) for name in names)))
    told = "&".join(f"{name}={quote(value, safe=chr(36) + '(),' + chr(39))}" for name, value in query)
    return f"{view.root}/{view.path}?{told}"


def _literal(view: View, row: Row, name: str) -> str:
    value, kind = view.value(row, name), view.kind(name)
    if value is None:
        return "null"
    if kind == DATE:
        return f"datetime'{wall.literal(value)}'"
    if kind == GUID:
        return f"guid'{value}'"
    if kind == TEXT:
        return "'" + str(value).replace("'", "''") + "'"
    if kind == LONG:
        return f"{value}L"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _names(text: str, view: View) -> tuple[str, ...]:
    there = view.names or tuple(view.shape.properties)
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    if "*" in wanted:
        return ()
    for name in wanted:
        if name.split("/")[0] not in there:
            raise BadQuery(f"Could not find a property named '{name}' on type '{MODELS + view.shape.name}'.")
    return tuple(dict.fromkeys(name for name in there if name in {one.split("/")[0] for one in wanted}))


def _order(text: str, view: View) -> tuple[tuple[str, bool], ...]:
    order = []
    for part in text.split(","):
        if not part.strip():
            continue
        name, _, way = part.strip().partition(" ")
        if name not in (view.names or view.shape.properties) or view.kind(name) == LINK:
            raise BadQuery(f"No property '{name}' exists in type '{MODELS + view.shape.name}'.")
        if way.strip() not in ("", "asc", "desc"):
            raise BadQuery(f"Syntax error in $orderby at '{way}'.")
        order.append((name, way.strip() == "desc"))
    return tuple(order)


def _whole(query: dict[str, str], name: str) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not text.isdigit():
        raise BadQuery(f"Incorrect format for {name} argument '{text}'.")
    return int(text)
