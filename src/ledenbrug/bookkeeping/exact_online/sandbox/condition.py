"""`$filter` of OData v2 as far as the service takes it: read into a tree, held against a row.

A real parser; what the service does not take (field against field, navigation, other functions) is refused, with its
reason. It knows no table: the names and kinds of fields come in.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.guids import as_guid, order
from ledenbrug.bookkeeping.exact_online.sandbox.shape import FRACTION, LONG, NUMBER

Get = Callable[[str], Any]

_TOKENS = re.compile(
    r"\s*(?:(?P<typed>(?:guid|datetime)'[^']*')|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?[LlMmDdFf]?)"
    r"|(?P<name>[A-Za-z_][\w]*(?:/[A-Za-z_]\w*)*)|(?P<sign>[(),]))"
)
_KINDS = {NUMBER: "n", LONG: "n", FRACTION: "n"}
_CALLED = {
    "s": "Edm.String",
    "g": "Edm.Guid",
    "d": "Edm.DateTime",
    "n": "Edm.Int32",
    "b": "Edm.Boolean",
    "x": "Edm.Any",
}


class BadQuery(Exception):
    """400, with this text."""


@dataclass(frozen=True, slots=True)
class Node:
    kind: str  # s g d n b, or null
    value: Callable[[Get], Any]
    fields: tuple[str, ...] = ()
    pins: tuple[tuple[str, Any], ...] = ()  # fields that must have this value, whatever else is asked


def plain(value: Any) -> Any:
    """As the database compares: without case, without spaces behind."""
    return value.rstrip(" ").lower() if isinstance(value, str) else value


def rank(value: Any) -> tuple[int, Any]:
    """Nothing comes first; GUIDs in the order of the database."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        guid = as_guid(value) if len(value) == 36 else None
        return (1, order(guid)) if guid else (1, plain(value))
    return (1, value)


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "gt": lambda a, b: a is not None and b is not None and rank(a) > rank(b),
    "ge": lambda a, b: a is not None and b is not None and rank(a) >= rank(b),
    "lt": lambda a, b: a is not None and b is not None and rank(a) < rank(b),
    "le": lambda a, b: a is not None and b is not None and rank(a) <= rank(b),
}
_FUNCTIONS: dict[str, tuple[int, str, Callable[..., Any]]] = {
    "trim": (1, "s", lambda a: a.strip()),
    "tolower": (1, "s", lambda a: a.lower()),
    "toupper": (1, "s", lambda a: a.upper()),
    "length": (1, "n", len),
    "startswith": (2, "b", lambda a, b: plain(a).startswith(b.lower())),
    "endswith": (2, "b", lambda a, b: plain(a).endswith(b.lower())),
    "substringof": (2, "b", lambda a, b: a.lower() in plain(b)),
}


class Condition:
    def __init__(self, text: str, kinds: Mapping[str, str], type_name: str) -> None:
        self._kinds, self._type = kinds, type_name
        self._tokens = _split(text)
        self._at = 0
        try:
            node = self._or()
        except RecursionError:
            raise BadQuery("The expression is nested too deeply.") from None
        if self._at < len(self._tokens):
            raise BadQuery(f"Syntax error at '{self._tokens[self._at][1]}' in '{text}'.")
        if node.kind != "b":
            raise BadQuery("Expression of type 'System.Boolean' expected.")
        self.fields, self.pins = node.fields, dict(node.pins)
        self._value = node.value

    def holds(self, get: Get) -> bool:
        return bool(self._value(get))

    def _or(self) -> Node:
        parts = [self._and()]
        while self._word("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else _together(parts, any)

    def _and(self) -> Node:
        parts = [self._not()]
        while self._word("and"):
            parts.append(self._not())
        pins = tuple(pin for part in parts for pin in part.pins)
        return parts[0] if len(parts) == 1 else replace(_together(parts, all), pins=pins)

    def _not(self) -> Node:
        if self._word("not"):
            node = _truth(self._not())
            return Node("b", lambda get: not node.value(get), node.fields)
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._operand()
        kind, text = self._peek()
        if kind != "name" or text not in _COMPARED:
            return left
        self._at += 1
        right = self._operand()
        if left.fields and right.fields:
            raise BadQuery("Comparing a property with a property is not supported.")
        if left.kind != right.kind and "null" not in (left.kind, right.kind):
            raise BadQuery(
                f"Operator '{text}' incompatible with operand types '{_CALLED[left.kind]}' and '{_CALLED[right.kind]}'."
            )
        compare = _COMPARED[text]
        fields = left.fields + right.fields
        pins = ((fields[0], right.value(_nothing)),) if text == "eq" and left.fields and left.kind != "b" else ()
        return Node("b", lambda get: compare(plain(left.value(get)), plain(right.value(get))), fields, pins)

    def _operand(self) -> Node:
        kind, text = self._next()
        if text == "(":
            node = self._or()
            self._expect(")")
            return node
        if kind == "name":
            return self._named(text)
        if kind in ("typed", "text", "number"):
            literal_kind, value = read_literal(text)
            return Node(literal_kind, lambda _get: value)
        raise BadQuery(f"Syntax error at '{text}'." if text else "Unexpected end of the filter.")

    def _named(self, name: str) -> Node:
        if name in ("true", "false", "null"):
            return Node("null" if name == "null" else "b", lambda _get: {"true": True, "false": False}.get(name))
        if self._peek()[1] == "(":
            return self._function(name)
        if "/" in name:
            raise BadQuery(f"Navigation properties are not supported in a filter: {name}.")
        if name not in self._kinds:
            raise BadQuery(f"No property '{name}' exists in type '{self._type}'.")
        kind = self._kinds[name]
        if kind == "x":
            raise BadQuery(f"Filtering on these fields is not supported: {name}")
        return Node(_KINDS.get(kind, kind), lambda get: get(name), (name,))

    def _function(self, name: str) -> Node:
        if name not in _FUNCTIONS:
            raise BadQuery(f"Unknown function '{name}'.")
        count, kind, function = _FUNCTIONS[name]
        self._expect("(")
        given = [self._operand()]
        while self._sign(","):
            given.append(self._operand())
        self._expect(")")
        if len(given) != count or any(node.kind != "s" for node in given):
            raise BadQuery(f"No applicable function found for '{name}' with these arguments.")
        fields = tuple(field for node in given for field in node.fields)
        if len(fields) > 1:
            raise BadQuery("Comparing a property with a property is not supported.")

        def value(get: Get) -> Any:
            values = [node.value(get) for node in given]
            if any(one is None for one in values):
                return False if kind == "b" else None
            return function(*values)

        return Node(kind, value, fields)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _word(self, word: str) -> bool:
        if self._peek() == ("name", word):
            self._at += 1
            return True
        return False

    def _sign(self, sign: str) -> bool:
        if self._peek() == ("sign", sign):
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._sign(sign):
            raise BadQuery(f"'{sign}' expected at '{self._peek()[1]}'.")


def read_literal(text: str) -> tuple[str, Any]:
    if text.startswith("guid'"):
        guid = as_guid(text[5:-1])
        if guid is None:
            raise BadQuery(f"Unrecognized 'Edm.Guid' literal '{text}'.")
        return "g", guid
    if text.startswith("datetime'"):
        moment: datetime | None = wall.read(text[9:-1])
        if moment is None:
            raise BadQuery(f"Unrecognized 'Edm.DateTime' literal '{text}'.")
        return "d", moment
    if text.startswith("'"):
        return "s", text[1:-1].replace("''", "'")
    if text == "null":
        return "null", None
    if text in ("true", "false"):
        return "b", text == "true"
    number = text.rstrip("LlMmDdFf")
    try:
        return "n", float(number) if "." in number else int(number)
    except ValueError:
        raise BadQuery(f"Unrecognized literal '{text}'.") from None


def read_literals(text: str) -> list[Any]:
    """Separated by commas, as in a skip token."""
    return [read_literal(part)[1] for kind, part in _split(text) if kind != "sign"]


def _split(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKENS.match(text, at)
        if not found or found.lastgroup is None:
            raise BadQuery(f"Syntax error at position {at} in '{text}'.")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _nothing(_name: str) -> Any:
    return None


def _truth(node: Node) -> Node:
    if node.kind != "b":
        raise BadQuery("Expression of type 'System.Boolean' expected.")
    return node


def _together(parts: list[Node], join: Callable[[Iterable[bool]], bool]) -> Node:
    values = [_truth(part).value for part in parts]
    fields = tuple(field for part in parts for field in part.fields)
    return Node("b", lambda get: join(bool(value(get)) for value in values), fields)
