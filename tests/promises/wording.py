"""Finds every text that people see in a folder of the source, the way Django and Babel read it.

It must not know which folders there are; `test_translations` looks at them all.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def wanted(folder: Path) -> Catalog:
    """Every text of the folder's code and templates, with where it stands."""
    catalog = Catalog()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and "sandbox" not in path.parts and "tests" not in path.parts:
            for line, message, context in _texts(path):
                catalog.add(message, context=context, locations=[(str(path.relative_to(folder)), line)])
    return catalog


def there(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name)


def placeholders(text: str) -> set[str]:
    return {"".join(found) for found in PLACEHOLDER.findall(text)}


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source).replace("\n", " ")  # one line: the indentation of a page is none of Python's
    for line, message, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield line, message, context
