"""What a model says is sealed goes along when the operator rotates the key."""

import inspect
import re

from django.apps import apps
from pghistory.models import Event

from ledenbrug.sync.secrets import SEALED

SAYS_SO = re.compile(r"(?m)^    (?:(sealed) = |(\w+) = .*# sealed)")


def said_to_be_sealed() -> set[tuple[str, str]]:
    return {
        (model.__name__, named or said)
        for model in apps.get_models()
        if model.__module__.startswith("ledenbrug.") and not issubclass(model, Event)
        for named, said in SAYS_SO.findall(inspect.getsource(model))
    }


def test_everything_that_is_sealed_is_sealed_anew_with_the_key() -> None:
    """What the members' tables keep was forgotten: after two rotations no open proposal could be read."""
    assert said_to_be_sealed() == {(model.__name__, field) for model, fields in SEALED.items() for field in fields}
