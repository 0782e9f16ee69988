"""Which action answers which method and path, found segment by segment; a literal segment wins over a `{name}`.

It matches only; what an unknown path or a wrong method is answered with is the package's business.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from ledenbrug.stage.messages import Request, Response

Action = Callable[[Request, dict[str, str]], Response]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: str
    action: Action
    names: tuple[str, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Found:
    route: Route
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Missing:
    allowed: tuple[str, ...]  # methods the path knows; empty: no such path


@dataclass(slots=True)
class _Node:
    literal: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class Routes:
    def __init__(self) -> None:
        self._root = _Node()

    def add(self, method: str, pattern: str, action: Action, *, counted: bool = True) -> None:
        node, names = self._root, []
        for segment in pattern.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node = node.parameter or _Node()
            else:
                node = node.literal.setdefault(segment, _Node())
        node.routes[method] = Route(method, pattern, action, tuple(names), counted)

    def find(self, method: str, path: str) -> Found | Missing:
        node = self._root
        values: list[str] = []
        for segment in path.strip("/").split("/"):
            following = node.literal.get(segment)
            if following is None:
                following = node.parameter
                values.append(unquote(segment))
            if following is None or (following is node.parameter and not segment):
                return Missing(())
            node = following
        route = node.routes.get(method) or (node.routes.get("GET") if method == "HEAD" else None)
        if route is None:
            return Missing(tuple(node.routes))
        return Found(route, dict(zip(route.names, values, strict=True)))
