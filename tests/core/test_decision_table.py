from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledenbrug.core.plan import Kind, Notice, Step, changed, decide, first_part, plan, sent
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import (
    GROUP_OF,
    NOTHING_KNOWN,
    Desired,
    Field,
    Group,
    Known,
    PayerKey,
    Standing,
    Values,
    Whereabouts,
)
from tests.core.given import (
    ANNA,
    BRAM,
    CARLA,
    THERE,
    fingerprint,
    groups_of,
    linked,
    selected,
    some_desired,
    some_known,
    values,
)

RECORD = values(
    first_name="Anna", last_name="de Vries", email="anna@leden.example", customer_number="LID-1", direct_debit="yes"
)
EARLIER = {**RECORD, Field.EMAIL: "oud@leden.example"}
NEW_EMAIL = values(email="anna@leden.example")
ALL_BUT_NUMBER = {each: value for each, value in RECORD.items() if each is not Field.CUSTOMER_NUMBER}
OFF = values(direct_debit="")
YES, NO = True, False
ANY = (True, False)
HERE, ARCHIVED, GONE = Whereabouts.HERE, Whereabouts.ARCHIVED, Whereabouts.GONE
ANYWHERE = tuple(Whereabouts)


def _of(kind: Kind, written: Values, *, look: bool = False, to: str | None = THERE) -> Step:
    return Step(ANNA, kind, to, written, look_first=look)  # type: ignore[arg-type]


def _say(reason: Reason) -> Notice:
    return Notice(ANNA, reason, THERE)


TABLE = [
    # standing, contact, whereabouts, unsure, mandate ended → decision
    (Standing.SELECTED, None, ANYWHERE, (NO,), ANY, _of(Kind.CREATE, RECORD, to=None)),
    (Standing.SELECTED, None, ANYWHERE, (YES,), ANY, _of(Kind.CREATE, RECORD, to=None, look=True)),
    (Standing.SELECTED, THERE, (HERE,), (NO,), ANY, _of(Kind.UPDATE, NEW_EMAIL)),
    (Standing.SELECTED, THERE, (HERE,), (YES,), ANY, _of(Kind.UPDATE, ALL_BUT_NUMBER, look=True)),
    (Standing.SELECTED, THERE, (ARCHIVED,), ANY, ANY, _say(Reason.ARCHIVED)),
    (Standing.SELECTED, THERE, (GONE,), ANY, ANY, _say(Reason.GONE)),
    (Standing.LEFT, None, ANYWHERE, (NO,), ANY, None),
    (Standing.LEFT, None, ANYWHERE, (YES,), ANY, _of(Kind.FIND, {}, to=None, look=True)),
    (Standing.LEFT, THERE, (HERE,), ANY, (NO,), _say(Reason.LEFT)),
    (Standing.LEFT, THERE, (HERE,), (NO,), (YES,), _of(Kind.UPDATE, OFF)),
    (Standing.LEFT, THERE, (HERE,), (YES,), (YES,), _of(Kind.UPDATE, OFF, look=True)),
    (Standing.LEFT, THERE, (ARCHIVED, GONE), ANY, ANY, None),
    (Standing.DECEASED, None, ANYWHERE, (NO,), ANY, None),
    (Standing.DECEASED, None, ANYWHERE, (YES,), ANY, _of(Kind.FIND, {}, to=None, look=True)),
    (Standing.DECEASED, THERE, (HERE,), ANY, ANY, _say(Reason.DECEASED)),
    (Standing.DECEASED, THERE, (ARCHIVED, GONE), ANY, ANY, None),
]
CASES = [
    ((standing, contact, where, unsure, ended), decision)
    for standing, contact, wheres, unsures, ends, decision in TABLE
    for where, unsure, ended in product(wheres, unsures, ends)
]


def test_the_table_has_every_combination_once() -> None:
    every = product(Standing, (None, THERE), Whereabouts, ANY, ANY)
    assert sorted(map(str, every)) == sorted(str(situation) for situation, _ in CASES)


@pytest.mark.parametrize(("situation", "decision"), CASES)
def test_every_situation_has_its_decision(
    situation: tuple[Standing, str | None, Whereabouts, bool, bool], decision: Step | Notice | None
) -> None:
    standing, contact, where, unsure, ended = situation
    desired = Desired(ANNA, standing, RECORD if standing is Standing.SELECTED else {}, mandate_ended=ended)
    known = replace(
        linked(**{each.value: value for each, value in EARLIER.items()}),
        contact_id=contact,  # type: ignore[arg-type]
        whereabouts=where,
        unsure=unsure,
    )
    assert decide(desired, known, fingerprint=fingerprint) == decision


def test_a_member_who_leaves_is_not_archived() -> None:
    assert decide(Desired(ANNA, Standing.LEFT, {}), linked(last_name="de Vries"), fingerprint=fingerprint) == Notice(
        ANNA, Reason.LEFT, THERE
    )


def test_nobody_is_looked_for_who_never_went_over() -> None:
    assert decide(Desired(ANNA, Standing.LEFT, {}), NOTHING_KNOWN, fingerprint=fingerprint) is None


def test_an_address_goes_over_whole() -> None:
    home = {"address": "Dorpsstraat 1", "address_extra": "", "postcode": "1000 AA", "city": "Voorbeeld"}
    moved = {**home, "address": "Kerkplein 2", "postcode": "1000 AB"}
    known = linked(last_name="de Vries", **home)
    assert decide(selected(last_name="de Vries", **moved), known, fingerprint=fingerprint) == Step(
        ANNA, Kind.UPDATE, THERE, values(**moved)
    )


def test_an_address_of_which_one_field_waits_does_not_go_over_at_all() -> None:
    known = replace(linked(city="Voorbeeld", postcode="1000 AA"), withheld=frozenset({Field.POSTCODE}))
    assert changed(values(city="Elders", postcode="1000 AB"), known, fingerprint=fingerprint) == {}


def test_a_phone_number_that_was_never_ours_is_not_emptied() -> None:
    assert changed(values(phone=""), linked(last_name="de Vries"), fingerprint=fingerprint) == {}


def test_a_phone_number_that_a_person_emptied_is() -> None:
    assert changed(values(phone=""), linked(phone="06-12345678"), fingerprint=fingerprint) == values(phone="")


def test_another_spelling_of_ours_goes_over() -> None:
    assert changed(values(last_name="De Vries"), linked(last_name="de vries"), fingerprint=fingerprint) == values(
        last_name="De Vries"
    )


def test_the_customer_number_stays_on_the_contact_it_was_made_with() -> None:
    known = linked(last_name="de Vries", customer_number="OUD-9")
    desired = selected(last_name="de Vries", customer_number="LID-1")
    assert decide(desired, known, fingerprint=fingerprint) is None


def test_after_a_lost_answer_only_what_was_on_its_way_is_looked_at() -> None:
    known = replace(
        linked(last_name="de Vries", email="anna@leden.example", phone="06-12345678"),
        unsure=True,
        in_doubt=frozenset({Field.EMAIL}),
    )
    desired = selected(last_name="de Vries", email="anna@leden.example", phone="06-87654321")
    assert decide(desired, known, fingerprint=fingerprint) == Step(
        ANNA, Kind.UPDATE, THERE, values(email="anna@leden.example", phone="06-87654321"), look_first=True
    )


def test_where_nobody_knows_what_was_on_its_way_all_is_looked_at_that_we_ever_gave_a_value() -> None:
    known = replace(linked(last_name="de Vries", email="oud@leden.example", phone=""), unsure=True)
    desired = selected(last_name="de Vries", email="", phone="", city="")
    assert decide(desired, known, fingerprint=fingerprint) == Step(
        ANNA, Kind.UPDATE, THERE, values(last_name="de Vries", email=""), look_first=True
    )


def test_a_lost_order_to_collect_is_taken_back_when_the_mandate_ended() -> None:
    known = replace(linked(last_name="de Vries"), unsure=True, in_doubt=frozenset({Field.DIRECT_DEBIT, Field.IBAN}))
    desired = Desired(ANNA, Standing.LEFT, {}, mandate_ended=True)
    assert decide(desired, known, fingerprint=fingerprint) == Step(ANNA, Kind.UPDATE, THERE, OFF, look_first=True)


def test_direct_debit_that_the_treasurer_switched_on_there_is_left_alone() -> None:
    desired = Desired(ANNA, Standing.LEFT, {}, mandate_ended=True)
    assert decide(desired, linked(last_name="de Vries"), fingerprint=fingerprint) == Notice(ANNA, Reason.LEFT, THERE)


def test_a_contact_is_made_without_the_field_that_waits() -> None:
    known = Known(withheld=frozenset({Field.EMAIL}))
    desired = selected(last_name="de Vries", email="geen adres", customer_number="LID-1")
    assert decide(desired, known, fingerprint=fingerprint) == Step(
        ANNA, Kind.CREATE, None, values(last_name="de Vries", customer_number="LID-1")
    )


def test_no_contact_is_made_while_its_name_waits() -> None:
    known = Known(withheld=frozenset({Field.LAST_NAME}))
    assert decide(selected(last_name="?", customer_number="LID-1"), known, fingerprint=fingerprint) is None


def test_a_plan_says_what_must_happen_in_the_order_of_the_members() -> None:
    desired = [
        selected(CARLA, last_name="Bakker"),
        selected(BRAM, last_name="Visser"),
        Desired(ANNA, Standing.DECEASED, {}),
    ]
    known = {BRAM: linked(last_name="Visser"), ANNA: linked(last_name="de Vries")}
    assert list(plan(desired, known, fingerprint=fingerprint)) == [
        Step(CARLA, Kind.CREATE, None, values(last_name="Bakker")),
        Notice(ANNA, Reason.DECEASED, THERE),
    ]


def _after(known: Known, step: Step) -> Known:
    """The link when the package did as it was told, and what was looked for was not there."""
    if step.kind is Kind.FIND:
        return replace(known, unsure=False)
    written = sent(step.values, fingerprint=fingerprint)
    where = Whereabouts.HERE if step.kind is Kind.CREATE else known.whereabouts
    return replace(known, contact_id=THERE, sent={**known.sent, **written}, unsure=False, whereabouts=where)


@given(some_desired(), some_known())
def test_a_plan_that_was_done_leaves_nothing_to_do(desired: Desired, known: Known) -> None:
    decision = decide(desired, known, fingerprint=fingerprint)
    if isinstance(decision, Step):
        again = decide(desired, _after(known, decision), fingerprint=fingerprint)
        assert not isinstance(again, Step)


@given(some_desired(), some_known())
def test_nothing_that_waits_for_a_person_is_written(desired: Desired, known: Known) -> None:
    decision = decide(desired, known, fingerprint=fingerprint)
    written = decision.values if isinstance(decision, Step) else {}
    assert groups_of(written).isdisjoint(GROUP_OF[each] for each in known.withheld)


@given(some_desired(), some_known())
def test_a_group_goes_over_whole_or_not_at_all(desired: Desired, known: Known) -> None:
    decision = decide(desired, known, fingerprint=fingerprint)
    if isinstance(decision, Step) and desired.standing is Standing.SELECTED:
        whole = {each: value for each, value in desired.values.items() if GROUP_OF[each] in decision.groups}
        assert decision.values == whole


@given(some_desired(), some_known())
def test_an_update_never_carries_a_customer_number_or_nothing(desired: Desired, known: Known) -> None:
    decision = decide(desired, known, fingerprint=fingerprint)
    if isinstance(decision, Step) and decision.kind is Kind.UPDATE:
        assert decision.values
        assert Group.CUSTOMER_NUMBER not in decision.groups


@given(some_desired(), some_known())
def test_a_lost_answer_is_always_looked_at_before_the_next_step(desired: Desired, known: Known) -> None:
    decision = decide(desired, known, fingerprint=fingerprint)
    if isinstance(decision, Step):
        assert decision.look_first == known.unsure


@given(some_desired(), some_known())
def test_only_a_create_has_no_contact_and_nothing_else_is_ever_planned(desired: Desired, known: Known) -> None:
    decision = decide(desired, known, fingerprint=fingerprint)
    if isinstance(decision, Step):
        assert decision.contact_id == known.contact_id
        assert decision.kind in ((Kind.UPDATE,) if known.contact_id else (Kind.CREATE, Kind.FIND))


@given(st.lists(st.tuples(some_desired(), some_known()), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_members_decides_nothing_else(some: list[tuple[Desired, Known]], random: object) -> None:
    everyone = [replace(each, payer=PayerKey(f"m{place}")) for place, (each, _) in enumerate(some)]
    known = {PayerKey(f"m{place}"): each for place, (_, each) in enumerate(some)}
    straight = {each.payer: each for each in plan(everyone, known, fingerprint=fingerprint)}
    random.shuffle(everyone)  # type: ignore[attr-defined]
    assert {each.payer: each for each in plan(everyone, known, fingerprint=fingerprint)} == straight


@pytest.mark.parametrize("unsure", ANY)
@pytest.mark.parametrize("standing", Standing)
def test_only_a_leavers_unused_contact_that_we_are_sure_of_is_archived(standing: Standing, unsure: bool) -> None:
    known = replace(linked(), unused=True, unsure=unsure)
    decided = decide(Desired(ANNA, standing, {}), known, fingerprint=fingerprint)
    archives = isinstance(decided, Step) and decided.kind is Kind.ARCHIVE
    assert archives is (standing is Standing.LEFT and not unsure)


def test_what_a_load_left_for_later_is_brought_after_a_look_and_nothing_else_with_it() -> None:
    known = replace(linked(first_name="Anna", last_name="de Vries", email="anna@leden.example"), unfinished=True)
    desired = Desired(ANNA, Standing.SELECTED, {**RECORD, **values(iban="NL91ABNA0417164300")})
    bank_account = values(direct_debit="yes", iban="NL91ABNA0417164300")
    assert decide(desired, known, fingerprint=fingerprint) == _of(Kind.UPDATE, bank_account, look=True)


def test_the_first_part_of_a_create_leaves_out_what_is_kept_beside_the_contact_and_has_a_value() -> None:
    whole = _of(Kind.CREATE, {**RECORD, **values(person_last_name="")}, to=None)
    first = first_part(whole, frozenset({Group.SEPA, Group.PERSON}))
    assert first == replace(whole, values={e: v for e, v in whole.values.items() if e is not Field.DIRECT_DEBIT})
    assert first_part(whole, frozenset()) is whole
