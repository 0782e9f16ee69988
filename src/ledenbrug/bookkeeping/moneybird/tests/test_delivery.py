"""How invoices reach a contact that had no e-mail address when it was made. Over real HTTP."""

from collections.abc import Callable

import pytest

from ledenbrug.bookkeeping.moneybird.tests.bench import ADMINISTRATION, ANNA, Bench, requests
from ledenbrug.core.errors import Temporary
from ledenbrug.core.records import Field, Values

WITHOUT: Values = {**ANNA, Field.EMAIL: ""}


def sent(values: Values) -> Callable[[Field, str], bool]:
    return lambda field, value: values.get(field) == value


@pytest.mark.parametrize(
    ("by_hand", "then"),
    [
        ({}, "Email"),
        ({"delivery_method": "Post"}, "Post"),
        ({"send_invoices_to_email": "penningmeester@leden.example"}, "Manual"),
        ({"customer_id": "7"}, "Manual"),
    ],
)
def test_an_address_that_comes_later_is_mailed_to_unless_somebody_chose_otherwise(
    at: Bench, by_hand: dict[str, str | bool | None], then: str
) -> None:
    contact = at.books.create(WITHOUT).contact_id
    there = at.sandbox.world.contacts()[contact]
    at.sandbox.world.administrations[ADMINISTRATION].update(there, by_hand, {}, at.sandbox.world.owner().id)
    at.books.update(contact, {Field.EMAIL: ANNA[Field.EMAIL]}, ours=sent(WITHOUT))
    assert there.delivery_method == then
    assert requests(at)["POST /contacts/synchronization"] == 1


def test_a_delivery_that_was_chosen_when_there_was_an_address_stays(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    there = at.sandbox.world.contacts()[contact]
    at.sandbox.world.administrations[ADMINISTRATION].update(
        there, {"delivery_method": "Manual"}, {}, at.sandbox.world.owner().id
    )
    at.books.update(contact, {Field.EMAIL: ""}, ours=sent(ANNA))
    at.books.update(contact, {Field.EMAIL: ANNA[Field.EMAIL]}, ours=sent(WITHOUT))
    assert there.delivery_method == "Manual"


@pytest.mark.parametrize("events", [7, ["x"], [None], [{"data": "x"}], [{"data": {"changes": 7}}]])
def test_a_history_that_cannot_be_read_writes_nothing(at: Bench, events: object) -> None:
    contact = at.books.create(WITHOUT).contact_id
    at.sandbox.faults.arm(
        {"kind": "status", "match": "POST /contacts/synchronization", "status": 200, "body": [{"events": events}]}
    )
    with pytest.raises(Temporary) as outcome:
        at.books.update(contact, {Field.EMAIL: ANNA[Field.EMAIL]}, ours=sent(WITHOUT))
    assert outcome.value.reason == "not_json"
    assert "PATCH /contacts/{id}" not in requests(at)
