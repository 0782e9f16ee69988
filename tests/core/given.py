"""What the tests of `core` start from: payers, links and contacts, by hand and at random. It asserts nothing."""

from hypothesis import strategies as st

from ledenbrug.core.port import Remote
from ledenbrug.core.records import (
    ESSENTIAL,
    FIELDS,
    GROUP_OF,
    ContactId,
    Desired,
    Field,
    Fingerprint,
    Group,
    Known,
    PayerKey,
    Standing,
    Values,
    Whereabouts,
)

ANNA = PayerKey("m1")
BRAM = PayerKey("m2")
CARLA = PayerKey("m3")
THERE = ContactId("7001")


def fingerprint(field: Field, value: str) -> Fingerprint:
    """One that can be read back, so that a failing test shows what it is about."""
    return Fingerprint(f"{field}={value}")


def values(**fields: str) -> Values:
    return {Field(name): value for name, value in fields.items()}


def selected(payer: PayerKey = ANNA, **fields: str) -> Desired:
    return Desired(payer, Standing.SELECTED, values(**fields))


def linked(contact: ContactId | None = THERE, **fields: str) -> Known:
    """A link under which these values were sent."""
    return Known(contact, {each: fingerprint(each, value) for each, value in values(**fields).items()})


def contact(key: str, *, archived: bool = False, **fields: str) -> Remote:
    return Remote(ContactId(key), "1", values(**fields), archived=archived)


words = st.sampled_from(["", "a", "b", "A ", "06-12345678", "+31612345678"])
mapped = st.sets(st.sampled_from(sorted(Group)), max_size=3).map(lambda groups: sorted(groups | ESSENTIAL))
some_fields = st.sets(st.sampled_from(sorted(Field)), max_size=3).map(frozenset)


@st.composite
def some_values(draw: st.DrawFn) -> Values:
    """The groups that a connection maps, each with all of its fields."""
    return {each: draw(words) for group in draw(mapped) for each in FIELDS[group]}


@st.composite
def some_desired(draw: st.DrawFn) -> Desired:
    standing = draw(st.sampled_from(Standing))
    record = draw(some_values()) if standing is Standing.SELECTED else {}
    return Desired(ANNA, standing, record, mandate_ended=draw(st.booleans()))


@st.composite
def some_known(draw: st.DrawFn) -> Known:
    before = draw(some_values())
    missing = draw(some_fields)
    return Known(
        contact_id=draw(st.sampled_from([None, THERE])),
        sent={each: fingerprint(each, value) for each, value in before.items() if each not in missing},
        unsure=draw(st.booleans()),
        in_doubt=draw(st.none() | some_fields),
        whereabouts=draw(st.sampled_from(Whereabouts)),
        withheld=draw(some_fields),
    )


def groups_of(some: Values) -> set[Group]:
    return {GROUP_OF[each] for each in some}
