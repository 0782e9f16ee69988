"""The vendor's own description, where it is found beside the checkout: its examples, and a check against its schemas.

The project carries no copy; only the keywords that the description uses are understood.
"""

import json
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAME = "moneybird-openapi-contacts.json"


def location() -> Path:
    given = os.environ.get("LEDENBRUG_MONEYBIRD_OPENAPI")
    return Path(given) if given else Path(__file__).parents[6] / "shared" / "reference" / "data" / NAME


def load() -> "Description":
    path = location()
    if not path.is_file():
        missing = f"not replayed: {NAME}, Moneybird's own description, is not here (LEDENBRUG_MONEYBIRD_OPENAPI)"
        warnings.warn(missing, stacklevel=2)  # a skip alone says nothing under -q
        pytest.skip(missing)
    return Description(json.loads(path.read_text()))


class Description:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.paths: dict[str, Any] = document["paths"]

    def operations(self) -> Iterator[tuple[str, str]]:
        for path, methods in self.paths.items():
            for method in methods:
                if method in ("get", "post", "patch", "delete"):
                    yield method.upper(), path.removesuffix("{format}")

    def operation(self, method: str, path: str) -> dict[str, Any]:
        return dict(self.paths[path + "{format}"][method.lower()])

    def answer(self, method: str, path: str, name: str) -> tuple[int, Any]:
        for status, response in self.operation(method, path)["responses"].items():
            for content in response.get("content", {}).values():
                if name in content.get("examples", {}):
                    return int(status), content["examples"][name]["value"]
        raise KeyError(name)

    def sent(self, method: str, path: str, name: str) -> Any:
        for content in self.operation(method, path)["requestBody"]["content"].values():
            return content["examples"][name]["value"]
        raise KeyError(name)

    def complaints(self, method: str, path: str, status: int, value: object) -> list[str]:
        """What is wrong with an answer; an empty body is right where no content is described."""
        described = self.operation(method, path)["responses"].get(str(status))
        if described is None:
            return [f"status {status} is not described"]
        schema = _content(self._resolved(described))
        return self._check(schema, value, "$") if schema is not None else []

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def _check(self, schema: dict[str, Any], value: object, where: str) -> list[str]:
        schema = self._resolved(schema)
        wrong = []
        for part in schema.get("allOf", ()):
            wrong += self._check(part, value, where)
        if "oneOf" in schema and not any(not self._check(part, value, where) for part in schema["oneOf"]):
            wrong.append(f"{where}: {value!r} fits none of the alternatives")
        kinds = schema.get("type", ())
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(_is(kind, value) for kind in kinds):
            wrong.append(f"{where}: {value!r} is not {kinds}")
        if "enum" in schema and value not in schema["enum"]:
            wrong.append(f"{where}: {value!r} is not one of {schema['enum']}")
        if isinstance(value, str):
            wrong += _text(schema, value, where)
        if isinstance(value, list) and "items" in schema:
            for position, one in enumerate(value):
                wrong += self._check(schema["items"], one, f"{where}[{position}]")
        if isinstance(value, dict):
            wrong += self._object(schema, value, where)
        return wrong

    def _object(self, schema: dict[str, Any], value: dict[str, Any], where: str) -> list[str]:
        known = self._properties(schema)
        wrong = [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        if schema.get("unevaluatedProperties") is False:
            wrong += [f"{where}: {name} is not described" for name in value if name not in known]
        for name, part in schema.get("properties", {}).items():
            if name in value:
                wrong += self._check(part, value[name], f"{where}.{name}")
        return wrong

    def _properties(self, schema: dict[str, Any]) -> set[str]:
        schema = self._resolved(schema)
        names = set(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            names |= self._properties(part)
        return names


def _content(response: dict[str, Any]) -> dict[str, Any] | None:
    for content in response.get("content", {}).values():
        return dict(content.get("schema", {}))
    return None


def _is(kind: str, value: object) -> bool:
    types: dict[str, type | tuple[type, ...]] = {
        "string": str, "array": list, "object": dict, "boolean": bool, "number": (int, float), "integer": int,
    }  # fmt: skip
    if kind == "null":
        return value is None
    return isinstance(value, types[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _text(schema: dict[str, Any], value: str, where: str) -> list[str]:
    shapes = {"date": r"\d{4}-\d\d-\d\d", "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"}
    shape = shapes.get(schema.get("format", ""))
    wrong = [f"{where}: {value!r} is no {schema['format']}"] if shape and not re.fullmatch(shape, value) else []
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{where}: {value!r} does not match {schema['pattern']}")
    return wrong
