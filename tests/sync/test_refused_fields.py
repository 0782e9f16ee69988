"""What happens to a step of which the package does not take every field."""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.memory import world
from ledenbrug.bookkeeping.memory.client import MemoryBooks
from ledenbrug.bookkeeping.memory.world import World
from ledenbrug.core.errors import Rejected
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field, PayerKey, Values
from ledenbrug.sync.perform import Performer

ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna",
    Field.LAST_NAME: "Smit",
    Field.EMAIL: "anna@nergens.example",
    Field.ADDRESS: "Dorpsstraat 1",
    Field.CITY: "Nergenshuizen",
    Field.PHONE: "020-1234567",
    Field.CUSTOMER_NUMBER: "LID-1",
}


@pytest.fixture
def there() -> Iterator[World]:
    yield world.of("refused fields")
    del world.worlds["refused fields"]


def perform(there: World) -> tuple[set[Field], list[Field | None]]:
    performer = Performer(
        MemoryBooks(there), "LID-1", several_emails=False, ours=lambda _field, _value: False, recognise=lambda _: True
    )
    done = performer.perform(Step(PayerKey("m1"), Kind.CREATE, None, ANNA))
    return set(done.written), [each.field for each in done.refused]


def test_of_two_bad_fields_both_groups_stay_behind_and_the_rest_goes_in_one_more_request(there: World) -> None:
    there.refuses |= {(field, ANNA[field]): Reason.INVALID for field in (Field.EMAIL, Field.CITY)}
    written, refused = perform(there)
    assert written == set(ANNA) - {Field.EMAIL, Field.ADDRESS, Field.CITY}
    assert refused == [Field.EMAIL, Field.CITY]
    assert there.requests == {"create": 2}


@pytest.mark.parametrize("essential", [Field.LAST_NAME, Field.CUSTOMER_NUMBER])
def test_without_a_name_or_a_number_nothing_goes(there: World, essential: Field) -> None:
    there.refuses |= {(field, ANNA[field]): Reason.INVALID for field in (Field.EMAIL, essential)}
    with pytest.raises(Rejected):
        perform(there)
    assert there.contacts == {}
    assert there.requests == {"create": 1}
