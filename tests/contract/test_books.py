"""The contract of `core.port.Books`, held against every package folder there is."""

import re
from pathlib import Path

import pytest

from ledenbrug import bookkeeping
from ledenbrug.core.port import Package, Papers, Removal
from ledenbrug.core.records import FIELDS, GROUP_OF, Field, Group
from tests.contract.people import ANNA, BRAM, MANDATE, NOBODY, PERSON, ours, without_empty
from tests.contract.staging import Stage, costs, script

WITH_BESIDE = [name for name in bookkeeping.names() if bookkeeping.load(name).beside]
WITH_PERSONS = [name for name in bookkeeping.names() if Group.PERSON in bookkeeping.load(name).groups]


@pytest.mark.parametrize("name", bookkeeping.names())
def test_a_package_is_unable_only_of_promises_that_exist(name: str) -> None:
    files = Path(__file__).parent.glob("test_books*.py")
    promises = {found for each in files for found in re.findall(r"^def (test_\w+)", each.read_text(), re.MULTILINE)}
    assert set(script(name).UNABLE) <= promises


def test_what_is_created_stands_there_and_comes_back(stage: Stage) -> None:
    made = stage.books.create(ANNA)
    assert without_empty(stage.there()[made.contact_id]) == without_empty(ANNA)
    assert without_empty(made.values) == without_empty(ANNA)
    assert [*stage.books.read([made.contact_id])] == [made]


def test_a_contact_comes_back_with_every_field_that_can_go_over(stage: Stage, package: Package) -> None:
    contact = stage.add(BRAM)
    (found,) = stage.books.read([contact])
    assert set(found.values) == {each for group in package.groups for each in FIELDS[group]}
    assert without_empty({**found.values, Field.COUNTRY: ""}) == without_empty(BRAM)


def test_a_contact_made_by_hand_gets_a_number_by_itself(stage: Stage) -> None:
    contact = stage.add({Field.LAST_NAME: "Zonder Nummer"})
    (found,) = stage.books.read([contact])
    assert found.values[Field.CUSTOMER_NUMBER]


def test_an_update_writes_what_is_given_and_nothing_else(stage: Stage) -> None:
    contact = stage.books.create(ANNA).contact_id
    changed = {Field.COMPANY: "", Field.FIRST_NAME: "Anna", Field.LAST_NAME: "Smit"}
    updated = stage.books.update(contact, changed, ours=ours)
    assert stage.there() == {contact: {**stage.there()[contact], **ANNA, **changed}}
    assert without_empty(updated.values) == without_empty({**ANNA, **changed})


def test_an_empty_value_empties_it_there(stage: Stage) -> None:
    contact = stage.books.create(ANNA).contact_id
    stage.books.update(contact, {Field.PHONE: "", Field.EMAIL: ""}, ours=ours)
    assert without_empty(stage.there()[contact]) == without_empty({**ANNA, Field.PHONE: "", Field.EMAIL: ""})


def test_a_mandate_goes_over_whole_and_direct_debit_ends(stage: Stage) -> None:
    contact = stage.books.create({**ANNA, **MANDATE}).contact_id
    stands = {field: stage.there()[contact][field] for field in MANDATE if field is not Field.BIC}
    assert stands == {field: value for field, value in MANDATE.items() if field is not Field.BIC}
    ended = stage.books.update(contact, {Field.DIRECT_DEBIT: ""}, ours=ours)
    assert ended.values[Field.DIRECT_DEBIT] == ""
    assert ended.values[Field.IBAN] == MANDATE[Field.IBAN]


@pytest.mark.parametrize("package", WITH_BESIDE, indirect=True)
def test_what_is_kept_beside_contacts_costs_no_look_where_many_were_just_read(stage: Stage, package: Package) -> None:
    beside = {each: value for each, value in {**MANDATE, **PERSON}.items() if GROUP_OF[each] in package.beside}
    made = [stage.books.create({**BRAM, Field.CUSTOMER_NUMBER: f"700000{n}"}).contact_id for n in range(3)]
    seen = {each.contact_id: each for each in stage.books.read(made)}
    before = stage.requests()
    for n, contact in enumerate(made):
        stage.books.update(contact, {**beside, Field.MANDATE_REFERENCE: f"M-{n}"}, seen=seen[contact], ours=ours)
    assert stage.requests() - before == len(made) * (package.requests(True, beside) - package.requests(True, {}))
    there = stage.there()
    assert [there[each][Field.MANDATE_REFERENCE] for each in made] == ["M-0", "M-1", "M-2"]
    assert all(there[each][Field.PERSON_LAST_NAME] == PERSON[Field.PERSON_LAST_NAME] for each in made)


@pytest.mark.parametrize("package", WITH_PERSONS, indirect=True)
def test_a_contact_person_goes_over_whole_changes_and_ends(stage: Stage) -> None:
    made = stage.books.create({**ANNA, **PERSON})
    assert without_empty(stage.there()[made.contact_id]) == without_empty({**ANNA, **PERSON})
    assert without_empty(made.values) == without_empty({**ANNA, **PERSON})
    other = {**PERSON, Field.PERSON_LAST_NAME: "Smit"}
    assert without_empty(stage.books.update(made.contact_id, other, ours=ours).values).items() >= other.items()
    assert stage.there()[made.contact_id].items() >= {**ANNA, **other}.items()
    nobody = dict.fromkeys(PERSON, "")
    assert stage.books.update(made.contact_id, nobody, ours=ours).values.items() >= nobody.items()
    assert without_empty(stage.there()[made.contact_id]) == without_empty(ANNA)
    assert {**next(stage.books.read([made.contact_id])).values}.items() >= nobody.items()


@pytest.mark.parametrize("package", WITH_PERSONS, indirect=True)
def test_a_contact_person_is_added_to_a_contact_made_by_hand(stage: Stage) -> None:
    contact = stage.add(BRAM)
    stage.books.update(contact, PERSON, ours=ours)
    assert without_empty({**stage.there()[contact], Field.COUNTRY: ""}) == without_empty({**BRAM, **PERSON})


def test_everyone_is_every_contact_and_reading_tells_who_is_archived(stage: Stage) -> None:
    anna, bram = stage.add(ANNA), stage.add(BRAM)
    stage.archive(bram)
    read = stage.books.read([*stage.books.everyone()])
    assert {each.contact_id: each.archived for each in read} == {anna: False, bram: True}


def test_heads_show_every_contact_archived_or_not(stage: Stage) -> None:
    anna, bram = stage.add(ANNA), stage.add(BRAM)
    stage.archive(bram)
    heads = stage.books.heads(known=[bram])
    assert {contact: head.archived for contact, head in heads.items()} == {anna: False, bram: True}
    assert {each.contact_id: each.version for each in stage.books.read([anna, bram])} == {
        contact: head.version for contact, head in heads.items()
    }


def test_heads_may_leave_archived_ones_out_only_while_none_of_ours_is_among_them(stage: Stage) -> None:
    anna, bram = stage.add(ANNA), stage.add(BRAM)
    stage.archive(bram)
    assert stage.books.heads(known=[anna])[anna] == stage.books.heads()[anna]
    heads = stage.books.heads(known=[anna, bram])
    assert {contact: head.archived for contact, head in heads.items()} == {anna: False, bram: True}


def test_a_version_differs_after_a_change_by_anybody(stage: Stage) -> None:
    anna, bram = stage.add(ANNA), stage.add(BRAM)
    before = stage.books.heads()
    stage.clock.wait(2)
    stage.edit(anna, {Field.CITY: "Utrecht"})
    after = stage.books.heads()
    assert after[anna].version != before[anna].version
    assert after[bram] == before[bram]


def test_a_version_that_may_yet_stand_for_another_change_says_so(stage: Stage) -> None:
    made = stage.books.create(ANNA)
    stage.edit(made.contact_id, {Field.CITY: "Utrecht"})
    (edited,) = stage.books.read([made.contact_id])
    assert made.young or made.version != edited.version
    stage.clock.wait(24 * 3600)
    (later,) = stage.books.read([made.contact_id])
    assert (later.version, later.young) == (edited.version, False)


def test_many_are_read_a_page_at_once_and_those_who_are_gone_are_left_out(stage: Stage, package: Package) -> None:
    contacts = [stage.add({**BRAM, Field.CUSTOMER_NUMBER: f"70{n}"}) for n in range(2 * stage.page - 1)]
    assert {each.contact_id for each in stage.books.read([NOBODY, *contacts])} == set(contacts)
    assert 2 <= stage.requests() <= 2 * costs(package.name).get("read", 1)


def test_reading_nobody_asks_nothing(stage: Stage) -> None:
    assert [*stage.books.read([])] == []
    assert stage.requests() == 0


def test_a_contact_is_found_by_its_number(stage: Stage) -> None:
    stage.add(BRAM)
    anna = stage.add(ANNA)
    found = stage.books.find("7001042")
    assert found is not None
    assert (found.contact_id, found.archived) == (anna, False)


def test_an_archived_contact_is_found_by_its_number(stage: Stage) -> None:
    anna = stage.add(ANNA)
    stage.archive(anna)
    found = stage.books.find("7001042")
    assert found is not None
    assert (found.contact_id, found.archived) == (anna, True)


def test_a_number_that_only_resembles_is_not_found(stage: Stage) -> None:
    stage.add(ANNA)
    stage.add(BRAM)
    assert stage.books.find("700104") is None
    assert stage.books.find("LID/10 4?&#%2F") is None


def test_archiving_twice_is_fine(stage: Stage) -> None:
    contact = stage.add(ANNA)
    stage.books.archive(contact)
    stage.books.archive(contact)
    assert stage.books.heads(known=[contact])[contact].archived


def test_an_unused_contact_is_deleted_also_when_it_is_gone_already(stage: Stage) -> None:
    contact = stage.add(ANNA)
    assert stage.books.remove(contact) is Removal.DELETED
    assert stage.there() == {}
    assert stage.books.remove(contact) is Removal.DELETED


def test_a_contact_in_use_is_archived_when_it_is_to_be_deleted(stage: Stage) -> None:
    contact = stage.add(ANNA)
    stage.bill(contact, open=1, recurring=0)
    assert stage.books.remove(contact) is Removal.ARCHIVED
    assert stage.books.heads(known=[contact])[contact].archived
    assert stage.books.remove(contact) is Removal.ARCHIVED


def test_papers_count_what_is_open_and_what_recurs_of_this_contact(stage: Stage) -> None:
    anna, bram = stage.add(ANNA), stage.add(BRAM)
    stage.bill(bram, open=1, recurring=1)
    assert stage.books.papers(anna) == Papers()
    stage.bill(anna, open=2, recurring=1)
    assert stage.books.papers(anna) == Papers(open=2, recurring=1)


def test_of_several_addresses_only_ours_is_replaced(stage: Stage) -> None:
    contact = stage.books.create(ANNA).contact_id
    stage.edit(contact, {Field.EMAIL: "penningmeester@ouders.example, anna@leden.example"})
    (seen,) = stage.books.read([contact])
    assert seen.several_emails
    assert {each for there in seen.emails.values() for each in there} == {
        "penningmeester@ouders.example",
        "anna@leden.example",
    }
    updated = stage.books.update(contact, {Field.EMAIL: "anna@nieuw.example"}, seen=seen, ours=ours)
    addresses = {each.strip() for each in stage.there()[contact][Field.EMAIL].split(",")}
    assert addresses == {"penningmeester@ouders.example", "anna@nieuw.example"}
    assert updated.several_emails


def test_of_several_addresses_only_ours_is_taken_away(stage: Stage) -> None:
    contact = stage.books.create(ANNA).contact_id
    stage.edit(contact, {Field.EMAIL: "penningmeester@ouders.example, anna@leden.example"})
    (seen,) = stage.books.read([contact])
    stage.books.update(contact, {Field.EMAIL: ""}, seen=seen, ours=ours)
    assert stage.there()[contact][Field.EMAIL] == "penningmeester@ouders.example"


def test_no_operation_costs_more_than_the_port_says(stage: Stage, package: Package) -> None:
    spent = {}

    def count(name: str, call: object) -> object:
        before = stage.requests()
        result = call()  # type: ignore[operator]
        spent[name] = stage.requests() - before
        return result

    contact = count("create", lambda: stage.books.create(ANNA)).contact_id  # type: ignore[attr-defined]
    count("update", lambda: stage.books.update(contact, {Field.PHONE: "020-1234567"}, ours=ours))
    count("read", lambda: [*stage.books.read([contact])])
    count("heads", stage.books.heads)
    count("found", lambda: stage.books.find("7001042"))
    count("not found", lambda: stage.books.find("7000009"))
    count("papers", lambda: stage.books.papers(contact))
    count("page", lambda: stage.books.page(contact))
    count("archive", lambda: stage.books.archive(contact))
    count("remove", lambda: stage.books.remove(contact))
    most = costs(package.name)
    assert {name: n for name, n in spent.items() if n > most.get(name, 1)} == {}


def test_the_page_of_a_contact_names_it(stage: Stage) -> None:
    contact = stage.add(ANNA)
    assert contact in stage.books.page(contact)


def test_the_administration_is_listed_as_one_that_can_be_chosen(stage: Stage) -> None:
    (found,) = stage.administrations()
    assert found.usable
    assert found.name
