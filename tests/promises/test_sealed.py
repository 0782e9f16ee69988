"""What a model says is sealed goes along when the operator rotates the key."""

import inspect
import re

from django.apps import apps

from ledenbrug.sync.secrets import SEALED


def said_to_be_sealed() -> set[tuple[str, str]]:
    return {
        (model.__name__, field)
        for model in apps.get_app_config("sync").get_models()
        for field in re.findall(r"(?m)^    (\w+) = .*# sealed", inspect.getsource(model))
    }


def test_everything_that_is_sealed_is_sealed_anew_with_the_key() -> None:
    assert said_to_be_sealed() == {(model.__name__, field) for model, fields in SEALED.items() for field in fields}
