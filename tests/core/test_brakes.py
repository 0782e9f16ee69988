from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledenbrug.core.guard import Effect, Hold, count, effects, fall, weigh
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import NOTHING_KNOWN, ContactId, Field, Group, Known, PayerKey, Values
from tests.core.given import ANNA, BRAM, CARLA, THERE, fingerprint, linked, values

OLD_IBAN, NEW_IBAN = "NL91ABNA0417164300", "NL02ABNA0123456789"
KNOWN = linked(last_name="de Vries", phone="", email="anna@leden.example", iban=OLD_IBAN)


def update(payer: PayerKey, written: Values) -> Step:
    return Step(payer, Kind.UPDATE, THERE, written)


def create(payer: PayerKey) -> Step:
    return Step(payer, Kind.CREATE, None, values(last_name="Nieuw"))


def many(number: int, step: Callable[[PayerKey], Step]) -> list[Step]:
    return [step(PayerKey(f"m{place}")) for place in range(100, 100 + number)]


def nobody(payer: PayerKey, group: Group | None) -> bool:
    return False


def holds(steps: list[Step], *, contacts: int = 100, **more: object) -> Mapping[PayerKey, Hold]:
    known = {step.payer: KNOWN for step in steps if step.contact_id}
    settings = {"beside": {}, "approved": nobody, **more}
    return weigh(steps, known, contacts=contacts, fingerprint=fingerprint, **settings)  # type: ignore[arg-type]


def braked(reason: Reason, count: int, limit: int, contacts: int = 100) -> Hold:
    return Hold(reason, {"count": str(count), "limit": str(limit), "contacts": str(contacts)})


EFFECTS = [
    (Step(ANNA, Kind.ARCHIVE, THERE), {Effect.ARCHIVE}),
    (create(ANNA), {Effect.CREATE}),
    (Step(ANNA, Kind.FIND), set()),
    (Step(ANNA, Kind.DELETE, THERE), set()),
    (update(ANNA, values(last_name="Bakker")), {Effect.OVERWRITE}),
    (update(ANNA, values(email="")), {Effect.CLEAR}),
    (update(ANNA, values(phone="06-12345678")), set()),  # we only ever sent an empty one
    (update(ANNA, values(city="Voorbeeld")), set()),  # never sent
    (update(ANNA, values(last_name="de Vries")), set()),  # after a lost answer: nothing new
    (update(ANNA, values(iban=NEW_IBAN, bic="ABNANL2A")), {Effect.IBAN}),
    (update(ANNA, values(iban=OLD_IBAN, mandate_reference="M-2")), set()),
    (update(ANNA, values(iban="")), {Effect.CLEAR}),
    (update(ANNA, values(last_name="Bakker", email="", iban=NEW_IBAN)), set(Effect) - {Effect.ARCHIVE, Effect.CREATE}),
]


@pytest.mark.parametrize(("step", "expected"), EFFECTS)
def test_a_step_is_weighed_by_what_it_does_to_what_we_sent(step: Step, expected: set[Effect]) -> None:
    assert effects(step, KNOWN, fingerprint=fingerprint) == expected


BRAKED = [
    # kind of step, how many still go, contacts there, reason, limit
    (lambda payer: Step(payer, Kind.ARCHIVE, THERE), 3, 1000, Reason.MANY_ARCHIVED),
    (lambda payer: update(payer, values(email="")), 5, 1000, Reason.MANY_CLEARED),
    (lambda payer: update(payer, values(last_name="Bakker")), 10, 50, Reason.MANY_OVERWRITTEN),
    (lambda payer: update(payer, values(last_name="Bakker")), 50, 1000, Reason.MANY_OVERWRITTEN),
    (create, 10, 50, Reason.MANY_CREATED),
    (create, 100, 1000, Reason.MANY_CREATED),
]


@pytest.mark.parametrize(("kind", "limit", "contacts", "reason"), BRAKED)
def test_a_brake_holds_all_such_steps_when_there_is_one_too_many(
    kind: Callable[[PayerKey], Step], limit: int, contacts: int, reason: Reason
) -> None:
    assert holds(many(limit, kind), contacts=contacts) == {}
    steps = many(limit + 1, kind)
    hold = braked(reason, limit + 1, limit, contacts)
    assert holds(steps, contacts=contacts) == {step.payer: hold for step in steps}


def test_the_rest_goes_on() -> None:
    emptied = many(6, lambda payer: update(payer, values(email="")))
    other = [create(ANNA), update(BRAM, values(last_name="Bakker")), update(CARLA, values(phone="06-12345678"))]
    assert holds([*other, *emptied]).keys() == {step.payer for step in emptied}


def test_an_import_that_drips_through_in_rounds_does_not_slip_by() -> None:
    steps = many(2, lambda payer: update(payer, values(email="")))
    assert holds(steps, beside={Effect.CLEAR: 3}) == {}
    assert holds(steps, beside={Effect.CLEAR: 4}) == {step.payer: braked(Reason.MANY_CLEARED, 6, 5) for step in steps}


def test_a_first_run_may_create_everybody_and_archive_nobody() -> None:
    assert holds(many(500, create), contacts=0, first_run=True) == {}
    archived = many(4, lambda payer: Step(payer, Kind.ARCHIVE, THERE))
    assert holds(archived, first_run=True).keys() == {step.payer for step in archived}


def test_an_iban_waits_for_the_treasurer_and_the_name_goes_on() -> None:
    step = update(ANNA, values(last_name="Bakker", iban=NEW_IBAN, bic="ABNANL2A"))
    held = holds([step])
    assert held == {ANNA: Hold(Reason.IBAN_WAITS, group=Group.SEPA)}
    assert held[ANNA].rest(step) == update(ANNA, values(last_name="Bakker"))


def test_nothing_goes_on_of_a_step_that_is_only_an_iban_or_that_is_held_whole() -> None:
    step = update(ANNA, values(iban=NEW_IBAN))
    assert Hold(Reason.IBAN_WAITS, group=Group.SEPA).rest(step) is None
    assert Hold(Reason.MANY_OVERWRITTEN).rest(step) is None


def test_a_new_contact_may_have_an_iban() -> None:
    assert holds([Step(ANNA, Kind.CREATE, None, values(last_name="de Vries", iban=NEW_IBAN))]) == {}


def test_a_first_iban_on_a_contact_that_is_there_waits_too() -> None:
    step = update(ANNA, values(iban=NEW_IBAN))
    held = weigh(
        [step], {ANNA: linked()}, contacts=1, beside={}, approved=nobody, fingerprint=fingerprint, first_run=True
    )
    assert held == {ANNA: Hold(Reason.IBAN_WAITS, group=Group.SEPA)}


def test_more_than_three_ibans_in_a_day_are_a_reason_of_their_own() -> None:
    steps = many(2, lambda payer: update(payer, values(iban=NEW_IBAN)))
    hold = Hold(Reason.MANY_IBANS, {"count": "4", "limit": "3", "contacts": "100"}, Group.SEPA)
    assert holds(steps, beside={Effect.IBAN: 2}) == {step.payer: hold for step in steps}


def test_a_brake_on_the_whole_step_comes_before_its_iban() -> None:
    both = values(last_name="Bakker", iban=NEW_IBAN)
    steps = [update(ANNA, both), *many(10, lambda payer: update(payer, values(last_name="Bakker")))]
    assert holds(steps)[ANNA] == braked(Reason.MANY_OVERWRITTEN, 11, 10)


def test_a_step_that_a_person_said_yes_to_goes_and_counts_no_more() -> None:
    steps = many(6, lambda payer: update(payer, values(email="")))
    one = steps[0].payer
    assert holds(steps, approved=lambda payer, group: payer == one and group is None) == {}


def test_a_yes_to_a_step_is_none_to_its_iban() -> None:
    step = update(ANNA, values(last_name="Bakker", iban=NEW_IBAN))
    assert holds([step], approved=lambda _, group: group is None) == {ANNA: Hold(Reason.IBAN_WAITS, group=Group.SEPA)}
    assert holds([step], approved=lambda _, group: group is Group.SEPA) == {}


def test_steps_are_counted_per_contact() -> None:
    steps = [create(ANNA), update(BRAM, values(last_name="Bakker", email="")), update(CARLA, values(email=""))]
    known = {BRAM: KNOWN, CARLA: KNOWN}
    assert count(steps, known, fingerprint=fingerprint) == {Effect.CREATE: 1, Effect.OVERWRITE: 1, Effect.CLEAR: 2}


FALLS = [
    (2000, 999, Hold(Reason.MEMBERS_FELL, {"before": "2000", "now": "999"})),
    (2000, 1000, None),
    (20, 0, Hold(Reason.MEMBERS_FELL, {"before": "20", "now": "0"})),
    (19, 0, None),
    (0, 0, None),
]


@pytest.mark.parametrize(("before", "now", "hold"), FALLS)
def test_a_list_that_suddenly_fell_by_half_holds_the_connection(before: int, now: int, hold: Hold | None) -> None:
    assert fall(Reason.MEMBERS_FELL, before=before, now=now) == hold


some_steps = st.lists(
    st.sampled_from([each for each, _ in EFFECTS]).map(lambda step: (step.kind, step.values)), max_size=25
)


@given(some_steps, st.integers(0, 200), st.booleans())
def test_what_is_held_does_something_and_what_goes_on_of_it_asks_nothing(
    some: list[tuple[Kind, Values]], contacts: int, first_run: bool
) -> None:
    steps = [
        Step(PayerKey(f"m{place}"), kind, None if kind is Kind.CREATE else ContactId(str(place)), written)
        for place, (kind, written) in enumerate(some)
    ]
    known: dict[PayerKey, Known] = {step.payer: KNOWN if step.contact_id else NOTHING_KNOWN for step in steps}
    held = holds(steps, contacts=contacts, first_run=first_run)
    for step in steps:
        effect = effects(step, known[step.payer], fingerprint=fingerprint)
        if step.payer in held:
            rest = held[step.payer].rest(step)
            assert effect
            assert rest is None or Field.IBAN not in rest.values
        else:
            assert Effect.IBAN not in effect
