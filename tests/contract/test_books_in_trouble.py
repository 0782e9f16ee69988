"""The contract of `core.port.Books` with something in the way: a lost answer, a refusal, a limit, a closed door."""

from datetime import UTC, datetime

import pytest

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.port import Package
from ledenbrug.core.records import Field
from tests.contract.people import ANNA, BRAM, MANDATE, ours
from tests.contract.staging import Stage


def test_a_create_whose_answer_is_lost_is_found_back_by_its_number(stage: Stage) -> None:
    stage.lose_answer()
    with pytest.raises(Temporary) as lost:
        stage.books.create(ANNA)
    assert lost.value.reached
    found = stage.books.find("7001042")
    assert found is not None
    assert {found.contact_id} == set(stage.there())


def test_a_request_that_does_not_arrive_leaves_nothing_behind(stage: Stage) -> None:
    stage.lose_request()
    with pytest.raises(Temporary):
        stage.books.create(ANNA)
    assert stage.there() == {}
    assert stage.books.find("7001042") is None


def test_a_number_is_taken_also_by_an_archived_contact(stage: Stage) -> None:
    for archive in (False, True):
        if archive:
            stage.archive(next(iter(stage.there())))
        else:
            stage.add(ANNA)
        with pytest.raises(Rejected) as refused:
            stage.books.create({**BRAM, Field.CUSTOMER_NUMBER: "7001042"})
        assert (refused.value.reason, refused.value.field) == ("number_taken", Field.CUSTOMER_NUMBER)
    assert len(stage.there()) == 1


def test_a_mandate_reference_is_taken_also_by_an_archived_contact(stage: Stage) -> None:
    stage.archive(stage.books.create({**ANNA, **MANDATE}).contact_id)
    with pytest.raises(Rejected) as refused:
        stage.books.create({**BRAM, **MANDATE})
    assert (refused.value.reason, refused.value.field) == ("mandate_taken", Field.MANDATE_REFERENCE)


def test_a_value_that_is_refused_is_named_and_nothing_is_written(stage: Stage) -> None:
    contact = stage.books.create(ANNA).contact_id
    stage.refuse(Field.EMAIL, "anna@geen-post.example")
    before = stage.there()
    with pytest.raises(Rejected) as refused:
        stage.books.update(contact, {Field.EMAIL: "anna@geen-post.example", Field.PHONE: "020-1234567"}, ours=ours)
    assert refused.value.field is Field.EMAIL
    assert stage.there() == before


def test_everything_that_is_refused_is_named_at_once(stage: Stage, package: Package) -> None:
    with pytest.raises(Rejected) as refused:
        stage.books.create({**ANNA, Field.CITY: "x" * 256, Field.PHONE: "1" * 256})
    assert [(each.reason, each.field, each.params) for each in (refused.value, *refused.value.more)] == [
        ("too_long", each, {"length": str(package.too_long[each])}) for each in (Field.CITY, Field.PHONE)
    ]
    assert stage.there() == {}


def test_a_write_to_a_contact_that_is_gone_says_so(stage: Stage) -> None:
    contact = stage.add(ANNA)
    stage.delete(contact)
    for write in (
        lambda: stage.books.update(contact, {Field.PHONE: "020-1234567"}, ours=ours),
        lambda: stage.books.archive(contact),
    ):
        with pytest.raises(Rejected) as refused:
            write()
        assert (refused.value.reason, refused.value.field) == ("gone", None)


def test_a_write_to_an_archived_contact_is_refused_as_such_or_carried_out(stage: Stage) -> None:
    contact = stage.add(ANNA)
    stage.archive(contact)
    try:
        assert stage.books.update(contact, {Field.PHONE: "020-1234567"}, ours=ours).archived
    except Rejected as refused:
        assert refused.reason == "archived"  # noqa: PT017
    stage.unarchive(contact)
    assert not stage.books.update(contact, {Field.PHONE: "020-7654321"}, ours=ours).archived


def test_too_many_requests_are_to_be_repeated_later(stage: Stage) -> None:
    stage.say_too_many()
    with pytest.raises(Temporary) as later:
        stage.books.create(ANNA)
    assert later.value.reason == "limited"
    assert later.value.until is not None
    assert later.value.until > datetime(2026, 1, 1, tzinfo=UTC)
    assert not later.value.reached
    assert stage.there() == {}


def test_a_permission_taken_back_needs_a_login_for_everything(stage: Stage) -> None:
    contact = stage.add(ANNA)
    stage.withdraw()
    for call in (
        stage.books.heads,
        lambda: [*stage.books.read([contact])],
        lambda: stage.books.find("7001042"),
        lambda: stage.books.create(BRAM),
        lambda: stage.books.update(contact, {Field.PHONE: "020-1234567"}, ours=ours),
        lambda: stage.books.archive(contact),
        lambda: stage.books.remove(contact),
        lambda: stage.books.papers(contact),
    ):
        with pytest.raises(LoginNeeded) as needed:
            call()
        assert needed.value.reason == "withdrawn"
    assert set(stage.there()) == {contact}
