"""The vendor's resource descriptions and shapes seen on the real service, where they are found beside the checkout.

The project carries no copy of them.
"""

import json
import os
import warnings
from pathlib import Path
from typing import Any

import pytest

RESOURCES, SHAPES = "exact-online-endpoints.json", "exact-online-observed-shapes-2026-06.json"


def folder() -> Path:
    given = os.environ.get("LEDENBRUG_EXACT_ONLINE_REFERENCE")
    return Path(given) if given else Path(__file__).parents[6] / "shared" / "reference" / "data"


def load(name: str) -> dict[str, Any]:
    path = folder() / name
    if not path.is_file():
        missing = f"not compared: {name}, what is known of Exact Online, is not here (LEDENBRUG_EXACT_ONLINE_REFERENCE)"
        warnings.warn(missing, stacklevel=2)  # a skip alone says nothing under -q
        pytest.skip(missing)
    return dict(json.loads(path.read_text()))


def resources() -> dict[str, dict[str, Any]]:
    """By path below the division; a property by its name."""
    found = {}
    for one in load(RESOURCES)["endpoints"]:
        path = one["uri"].removeprefix("/api/v1/").removeprefix("{division}/").removeprefix("current/")
        found[path] = one | {"properties": {each["name"]: each for each in one["properties"]}}
    return found
