"""What of a run goes back, over every way in which the world may have moved on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Desired, Field, PayerKey, Standing
from ledenbrug.core.undo import Deed, Done, Standings, decide, together

ANNA, C1 = PayerKey("m1"), ContactId("c1")
BEFORE = {Field.ADDRESS: "Oudestraat 1", Field.CITY: "Nergenshuizen"}
AFTER = {Field.ADDRESS: "Nieuwstraat 2", Field.CITY: "Elders"}
WROTE = Done(frozenset(AFTER), BEFORE, AFTER)


def stands(values: dict[Field, str] = AFTER, **other: object) -> Standings:
    found = Standings(
        contact_id=C1,
        now=Remote(C1, "7", values),
        version="7",
        made=True,
        unsure=False,
        since=frozenset(),
        desired=Desired(ANNA, Standing.SELECTED, AFTER),
    )
    return replace(found, **other)  # type: ignore[arg-type]


def test_a_group_goes_back_whole_or_not_at_all() -> None:
    assert decide(ANNA, WROTE, stands()).step == Step(ANNA, Kind.UPDATE, C1, BEFORE)
    half = decide(ANNA, WROTE, stands({**AFTER, Field.CITY: "Somewhere else"}))
    assert (half.step, list(half.kept.values())) == (None, [Reason.CHANGED_THERE])


def test_the_notation_of_the_package_is_no_change() -> None:
    back = decide(ANNA, WROTE, stands({Field.ADDRESS: "NIEUWSTRAAT 2", Field.CITY: " elders"}))
    assert back.step is not None
    assert back.kept == {}


def test_what_stands_there_again_needs_nothing() -> None:
    back = decide(ANNA, WROTE, stands(BEFORE))
    assert (back.step, back.kept) == (None, {})


def test_of_a_field_whose_before_is_unknown_a_later_before_is_not_taken() -> None:
    deeds = [
        Deed(Kind.UPDATE, C1, frozenset({Field.EMAIL}), {}, {Field.EMAIL: "een@brug.example"}),
        Deed(Kind.UPDATE, C1, frozenset({Field.EMAIL}), {Field.EMAIL: "een@brug.example"}, {Field.EMAIL: ""}),
    ]
    done = together(deeds)
    assert done.before == {}
    back = decide(ANNA, done, stands({Field.EMAIL: ""}))
    assert list(back.kept.values()) == [Reason.UNKNOWN_BEFORE]


values = some.fixed_dictionaries({each: some.sampled_from(["", "a", "b", "c"]) for each in BEFORE})


@given(before=values, after=values, there=values, ours=values, made=some.booleans(), created=some.booleans())
def test_only_what_we_wrote_is_ever_written_over(
    before: dict[Field, str],
    after: dict[Field, str],
    there: dict[Field, str],
    ours: dict[Field, str],
    made: bool,
    created: bool,
) -> None:
    done = Done(frozenset(BEFORE), before, after, created=created)
    desired = Desired(ANNA, Standing.SELECTED, ours)
    step = decide(ANNA, done, stands(there, desired=desired, made=made)).step
    if step is not None:
        assert there == after
        assert made or step.kind is Kind.UPDATE
    if step is not None and step.kind is Kind.UPDATE:
        assert step.values == before
        assert ours in (before, after)


@given(standing=some.sampled_from([Standing.LEFT, Standing.DECEASED]), there=values)
def test_nothing_comes_back_of_whoever_is_no_longer_selected(standing: Standing, there: dict[Field, str]) -> None:
    assert decide(ANNA, WROTE, stands(there, desired=Desired(ANNA, standing, {}))).step is None
