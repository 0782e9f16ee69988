"""The one shape of the triggers that follow the records: after a statement, with all rows it wrote."""

from typing import Any

import pgtrigger


def follows(name: str, operation: Any, func: str, **rows: str) -> pgtrigger.Trigger:
    """`rows` says what the function calls the rows before (`old`) and after (`new`)."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(**rows),  # type: ignore[no-untyped-call]
        func=func,
    )
