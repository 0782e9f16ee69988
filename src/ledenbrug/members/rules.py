"""What is required of a member and what is hidden, held against what is about to be written. Pure functions.

Required is asked of who comes new, and is not emptied afterwards. A member who lacks it from before may be edited all
the same, and may be given such a status: a rule made today blocks nobody's work on what was there yesterday. What is
hidden keeps its value; nothing new is written in it.
"""

from collections.abc import Iterator, Mapping

from ledenbrug.members.custom import Own, is_key
from ledenbrug.members.refusals import Fault, Reason

HIDDEN, REQUIRED = "hidden", "required"


def of_status(fields: Mapping[str, str], own: Own) -> dict[str, str]:
    """What a status says, with what the association's own fields ask of all; one no longer in use asks nothing."""
    everybody = {key: REQUIRED for key, field in own.items() if field.required}
    return {name: rule for name, rule in {**everybody, **fields}.items() if name in own or not is_key(name)}


def of_new(rules: Mapping[str, str], values: Mapping[str, object]) -> list[Fault]:
    if not rules:
        return []
    missing = (name for name, rule in rules.items() if rule == REQUIRED and _empty(values.get(name)))
    return [*(Fault(Reason.REQUIRED, name) for name in missing), *_hidden(rules, values)]


def of_changed(rules: Mapping[str, str], values: Mapping[str, object]) -> list[Fault]:
    """`values` are only those that differ from what the record holds."""
    emptied = (name for name, value in values.items() if rules.get(name) == REQUIRED and _empty(value))
    return [*(Fault(Reason.REQUIRED, name) for name in emptied), *_hidden(rules, values)]


def _hidden(rules: Mapping[str, str], values: Mapping[str, object]) -> Iterator[Fault]:
    for name, value in values.items():
        if rules.get(name) == HIDDEN and not _empty(value):
            yield Fault(Reason.HIDDEN_HERE, name)


def _empty(value: object) -> bool:
    return value is None or value == ""
