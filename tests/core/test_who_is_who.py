import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledenbrug.core.likeness import traits
from ledenbrug.core.match import Matches, Pair, match
from ledenbrug.core.port import Remote
from ledenbrug.core.records import ContactId, Field, PayerKey, Values
from tests.core.given import ANNA, BRAM, CARLA, contact, values

HOME = {"address": "Dorpsstraat 12", "postcode": "1000 AA"}
RECORD = values(
    first_name="Anna",
    last_name="van der Linden",
    email="anna@leden.example",
    iban="NL91ABNA0417164300",
    phone="06-12345678",
    customer_number="LID-1042",
    **HOME,
)
NOBODY = Matches({}, (), {}, {}, (), frozenset())


def found(*there: Remote, record: Values = RECORD, taken: tuple[str, ...] = ()) -> Matches:
    return match({ANNA: record}, there, taken=[ContactId(each) for each in taken])


def pair(matches: Matches) -> Pair:
    assert len(matches.likely) == 1
    assert matches.certain == {}
    assert matches.ambiguous == {}
    return matches.likely[0]


@pytest.mark.parametrize(
    "agreeing", [{"last_name": "Linden"}, {"email": "ANNA@leden.example"}, {"iban": "NL91 ABNA 0417 1643 00"}]
)
def test_a_number_and_one_thing_more_are_certain(agreeing: dict[str, str]) -> None:
    there = contact("c1", customer_number="lid-1042", **agreeing)
    assert found(there) == Matches({ANNA: ContactId("c1")}, (), {}, {}, (), frozenset())


def test_our_number_on_somebody_else_is_said() -> None:
    there = contact("c1", customer_number="LID-1042", first_name="Piet", last_name="Bakker", email="piet@leden.example")
    assert found(there) == Matches({}, (), {}, {ANNA: ContactId("c1")}, (), frozenset())


def test_our_number_on_a_contact_that_another_payer_has_is_said_too() -> None:
    there = contact("c1", customer_number="LID-1042", last_name="van der Linden")
    assert found(there, taken=("c1",)).number_taken == {ANNA: ContactId("c1")}
    assert found(there, taken=("c1",)).certain == {}


def test_two_contacts_with_our_number_are_for_a_person() -> None:
    there = (contact(key, customer_number="LID-1042", last_name="van der Linden") for key in ("c1", "c2"))
    assert found(*there).ambiguous == {ANNA: (ContactId("c1"), ContactId("c2"))}


def test_two_members_with_one_number_are_for_a_person() -> None:
    there = [contact("c1", customer_number="LID-1042", last_name="van der Linden")]
    matches = match({ANNA: RECORD, BRAM: RECORD}, there)
    assert matches.certain == {}
    assert matches.ambiguous == {ANNA: (ContactId("c1"),), BRAM: (ContactId("c1"),)}


SAME_PERSON = [
    {"first_name": "Anna", "last_name": "Linden, van der", "postcode": "1000aa"},
    {"first_name": "Anna v.d.", "last_name": "LINDEN", "postcode": "1000AA"},
    {"first_name": "Anna", "last_name": "van der Linden - Bakker", "postcode": "1000 AA"},
    {"last_name": "Anna van der Linden", "postcode": "1000 AA"},
    {"company": "Mevr. Anna van der Linden", "postcode": "1000 AA"},
    {"first_name": "Anna", "last_name": "van der Linden", "email": "anna@leden.example"},
    {"first_name": "Anna", "last_name": "van der Linden", "iban": "NL91 ABNA 0417 1643 00"},
]


@pytest.mark.parametrize("there", SAME_PERSON)
def test_one_person_is_known_again_however_she_was_typed(there: dict[str, str]) -> None:
    assert pair(found(contact("c1", **there))).safe


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("José", "Muñoz"), ("Jose", "Munoz")),
        (("Søren", "Østergård"), ("Soren", "Ostergard")),
        (("Jan Willem", "'t Hart"), ("Jan-Willem", "T HART")),
        (("Anne-Marie", "d'Arc"), ("Annemarie", "d\u2019Arc")),
        (("Joop", "de"), ("Joop", "De")),
    ],
)
def test_accents_apostrophes_and_hyphens_do_not_matter(ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    mine = values(first_name=ours[0], last_name=ours[1], **HOME)
    there = contact("c1", first_name=theirs[0], last_name=theirs[1], **HOME)
    assert pair(found(there, record=mine)) == Pair(
        ANNA, ContactId("c1"), 65, ("name", "first_name", "postcode", "house_number"), safe=True
    )


UNSURE = [
    ({"first_name": "A.", "last_name": "van der Linden", **HOME}, 45),  # initials
    ({"last_name": "van der Linden", **HOME}, 45),  # no first name
    ({"first_name": "Anna", "last_name": "Bakker", "email": "anna@leden.example"}, 50),  # married, perhaps
    ({"first_name": "Piet", "last_name": "van der Linden", "email": "anna@leden.example"}, 45),  # the father, perhaps
    ({"company": "Bakkerij Voorbeeld", "email": "anna@leden.example"}, 30),  # her firm, perhaps
]


@pytest.mark.parametrize(("there", "score"), UNSURE)
def test_a_likeness_that_leaves_a_doubt_is_confirmed_one_by_one(there: dict[str, str], score: int) -> None:
    proposed = pair(found(contact("c1", **there)))
    assert (proposed.safe, proposed.score) == (False, score)


STRANGERS = [
    {"first_name": "Anna", "last_name": "van der Linden"},  # a name alone
    {"first_name": "Anna", "last_name": "van der Linden", "postcode": "2000 AA"},
    {"first_name": "Piet", "last_name": "van der Linden", **HOME},  # lives there too
    {"first_name": "Piet", "last_name": "Bakker", "email": "anna@leden.example"},
    {"first_name": "Anna", "last_name": "Bakker", **HOME},
]


@pytest.mark.parametrize("there", STRANGERS)
def test_who_shares_too_little_is_nobody(there: dict[str, str]) -> None:
    assert found(contact("c1", **there)) == NOBODY


def test_two_that_will_do_are_never_guessed_and_are_listed_as_double() -> None:
    there = [
        contact("c1", first_name="A.", last_name="van der Linden", email="anna@leden.example"),
        contact("c2", first_name="Anna", last_name="van der Linden", email="anna@leden.example"),
    ]
    both = (ContactId("c1"), ContactId("c2"))
    assert found(*there) == Matches({}, (), {ANNA: (both[1], both[0])}, {}, (both,), frozenset())


def test_one_that_will_do_for_two_members_is_never_guessed() -> None:
    twins = {
        ANNA: values(first_name="A.", last_name="Visser", email="thuis@leden.example"),
        BRAM: values(first_name="A.", last_name="Visser", email="thuis@leden.example"),
    }
    there = contact("c1", last_name="Visser", email="thuis@leden.example")
    assert match(twins, [there]) == Matches(
        {}, (), {ANNA: (ContactId("c1"),), BRAM: (ContactId("c1"),)}, {}, (), frozenset()
    )


def test_a_family_with_one_address_is_told_apart_by_first_names() -> None:
    names = {ANNA: "Anna", BRAM: "Bram", CARLA: "Carla"}
    shared = {"last_name": "Visser", "email": "thuis@leden.example", "iban": "NL91ABNA0417164300", **HOME}
    family = {payer: values(first_name=name, **shared) for payer, name in names.items()}
    there = [contact(f"c{payer}", first_name=name, **shared) for payer, name in names.items()]
    matches = match(family, there)
    assert {each.payer: (each.contact_id, each.safe) for each in matches.likely} == {
        payer: (f"c{payer}", True) for payer in names
    }
    assert (matches.ambiguous, matches.duplicates) == ({}, ())


def test_the_address_of_the_club_itself_says_nothing() -> None:
    record = values(first_name="Anna", last_name="Jansen", email="info@club.example")
    there = [contact(f"c{place}", first_name="Anna", email="info@club.example") for place in range(30)]
    assert match({ANNA: record}, there) == NOBODY


def test_of_several_addresses_there_any_will_do() -> None:
    there = Remote(
        ContactId("c1"),
        "1",
        values(first_name="Anna", email="werk@firma.example"),
        several_emails=True,
        emails={"invoices": ("werk@firma.example", "anna@leden.example")},
    )
    assert pair(found(there)).why == ("email", "first_name")


def test_a_firm_is_known_by_its_name() -> None:
    firm = values(company="Bakkerij Voorbeeld", **HOME)
    assert pair(found(contact("c1", company="bakkerij voorbeeld", **HOME), record=firm)).safe


def test_the_archived_contact_of_a_former_member_takes_part_and_says_so() -> None:
    there = contact("c1", archived=True, first_name="Anna", last_name="van der Linden", **HOME)
    matches = found(there)
    assert not pair(matches).safe
    assert matches.archived == {"c1"}


def test_an_archived_double_does_not_stand_in_the_way_of_the_live_one() -> None:
    fields = {"first_name": "Anna", "last_name": "van der Linden", **HOME}
    matches = found(contact("c1", archived=True, **fields), contact("c2", **fields))
    assert (pair(matches).contact_id, pair(matches).safe, matches.duplicates) == ("c2", True, ())


def test_doubles_at_the_package_are_listed_whoever_is_a_member() -> None:
    shared = {"first_name": "Piet", "last_name": "Bakker"}
    there = [
        contact("c1", **shared, **HOME),
        contact("c2", **shared, **HOME, email="piet@leden.example"),
        contact("c3", first_name="P.", last_name="BAKKER", email="piet@leden.example"),
        contact("c4", first_name="Paula", last_name="Bakker", email="piet@leden.example"),
    ]
    assert match({}, there).duplicates == (tuple(ContactId(each) for each in ("c1", "c2", "c3")),)


people = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["", "Anna", "A.", "Bram"]),
        "last_name": st.sampled_from(["de Vries", "Vries", "Bakker", ""]),
        "email": st.sampled_from(["", "thuis@leden.example", "anna@leden.example"]),
        "postcode": st.sampled_from(["", "1000 AA", "1000aa"]),
        "customer_number": st.sampled_from(["", "LID-1", "LID-2"]),
    }
).map(lambda fields: values(**fields))
crowds = st.lists(people, max_size=6)


@given(crowds, crowds, st.integers(0, 2), st.randoms(use_true_random=False))
def test_nothing_is_linked_twice_and_the_order_does_not_matter(
    ours: list[Values], theirs: list[Values], archived: int, dice: random.Random
) -> None:
    desired = [(PayerKey(f"m{place}"), each) for place, each in enumerate(ours)]
    there = [Remote(ContactId(f"c{n}"), "1", each, archived=n < archived) for n, each in enumerate(theirs)]
    matches = match(dict(desired), there)
    payers = [*matches.certain, *(each.payer for each in matches.likely), *matches.ambiguous]
    contacts = [*matches.certain.values(), *(each.contact_id for each in matches.likely)]
    assert len(payers) == len(set(payers))
    assert len(contacts) == len(set(contacts))
    assert not {each for some in matches.ambiguous.values() for each in some} & set(contacts)
    dice.shuffle(desired)
    dice.shuffle(there)
    assert match(dict(desired), there) == matches


@given(people, people)
def test_who_is_alike_does_not_depend_on_the_side(one: Values, other: Values) -> None:
    there = match({ANNA: one}, [Remote(ContactId("c1"), "1", other)])
    back = match({ANNA: other}, [Remote(ContactId("c1"), "1", one)])
    assert there == back


def test_particles_and_titles_count_only_when_nothing_else_is_left() -> None:
    assert traits(values(first_name="Dhr. J.", last_name="van den Berg")).last == ("berg",)
    assert traits(values(last_name="van der")).last == ("van", "der")


def test_a_result_keeps_nothing_of_a_contact_but_its_id() -> None:
    matches = found(
        contact("c1", first_name="Piet", last_name="Geheim", **HOME), contact("c2", email="x@geheim.example")
    )
    assert "geheim" not in repr(matches).casefold()


def test_of_five_thousand_and_five_thousand_nearly_all_are_likely_and_no_safe_one_is_wrong() -> None:
    dice = random.Random(1)
    ours = {PayerKey(f"m{place}"): _person(place, dice) for place in range(5000)}
    there = [Remote(ContactId(str(place)), "1", each) for place, each in enumerate(ours.values())]
    matches = match(_without_numbers(ours), there)
    assert len(matches.likely) > 4800
    assert all(each.contact_id == each.payer[1:] for each in matches.likely if each.safe)


def _person(place: int, dice: random.Random) -> Values:
    return values(
        first_name=dice.choice(["Anna", "Bram", "Carla", "Daan", "Emma", "Finn"]),
        last_name=f"van {dice.choice('BDGHKLMPRSTVWZ')}{dice.choice('aeiou')}{dice.choice('bdgklmnprst')}sen",
        email=f"lid{place}@leden.example",
        postcode=f"{dice.randint(1000, 1200)} {dice.choice('ABCDEF')}A",
        customer_number=f"LID-{place}",
    )


def _without_numbers(some: Mapping[PayerKey, Values]) -> dict[PayerKey, Values]:
    return {payer: {**each, Field.CUSTOMER_NUMBER: ""} for payer, each in some.items()}
