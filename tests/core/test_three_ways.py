import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledenbrug.core.compare import Verdict, differing, judge, normal, same
from ledenbrug.core.plan import changed
from ledenbrug.core.records import FIELDS, NOTHING_KNOWN, Field, Group, Known, Values
from tests.core.given import fingerprint, groups_of, linked, some_known, some_values, values, words

ALIKE = [
    (Field.LAST_NAME, "de Vries", "De  vries "),
    (Field.LAST_NAME, "Groß", "GROSS"),
    (Field.LAST_NAME, unicodedata.normalize("NFD", "Daniël"), "Daniël"),
    (Field.CITY, "'s-Gravenhage", "'S-GRAVENHAGE"),
    (Field.CITY, "Den\u00a0Haag", "Den Haag"),
    (Field.ADDRESS, "Dorpsstraat 12 A", "dorpsstraat 12a"),
    (Field.ADDRESS, "Dorpsstraat 12-a", "Dorpsstraat 12a"),
    (Field.POSTCODE, "1000 AA", "1000aa"),
    (Field.COUNTRY, "NL", "nl"),
    (Field.EMAIL, "Anna@Leden.example", "anna@leden.example"),
    (Field.PHONE, "06-12 34 56 78", "+31612345678"),
    (Field.PHONE, "0031 (0)6 12345678", "06 12345678"),
    (Field.PHONE, "+31 06 12345678", "0612345678"),
    (Field.IBAN, "NL91 ABNA 0417 1643 00", "nl91abna0417164300"),
    (Field.BIC, "ABNANL2A", "abnanl2axxx"),
    (Field.MANDATE_REFERENCE, "m 12", "M12"),
]
UNLIKE = [
    (Field.LAST_NAME, "Jansen", "Janssen"),
    (Field.LAST_NAME, "Andre", "André"),
    (Field.ADDRESS, "Dorpsstraat 1 2", "Dorpsstraat 12"),
    (Field.ADDRESS, "Dorpsstraat 12-2", "Dorpsstraat 122"),
    (Field.PHONE, "geheim", ""),
    (Field.PHONE, "+32475123456", "0475123456"),
    (Field.CUSTOMER_NUMBER, "LID-12", "LID-1-2"),
    (Field.MANDATE_REFERENCE, "M-12", "M12"),
    (Field.BIC, "ABNANL2ARTM", "ABNANL2A"),
    (Field.EMAIL, "anna@leden.example", ""),
]


@pytest.mark.parametrize(("field", "ours", "theirs"), ALIKE)
def test_notation_makes_no_difference(field: Field, ours: str, theirs: str) -> None:
    assert same(field, ours, theirs)
    assert same(field, theirs, ours)


def a_name(company: str, first: str, last: str) -> Values:
    return {Field.COMPANY: company, Field.FIRST_NAME: first, Field.LAST_NAME: last}


def test_a_name_is_compared_as_a_whole_for_how_it_is_divided_may_be_a_guess() -> None:
    ours = a_name("", "Anna Maria", "de Vries")
    assert differing(ours, a_name("", "Anna", "Maria  de VRIES")) == {}
    assert differing(ours, a_name("", "Anna", "de Vries")) == ours
    organisation = a_name("Stichting Zon", "", "")
    assert differing(organisation, a_name("", "Stichting", "Zon")) == {}


def test_a_person_who_is_an_organisation_there_has_another_name() -> None:
    ours = a_name("", "Anna", "de Vries")
    assert differing(ours, a_name("Anna de Vries", "", "")) == ours


@pytest.mark.parametrize(("field", "ours", "theirs"), UNLIKE)
def test_what_a_person_would_call_another_value_is_one(field: Field, ours: str, theirs: str) -> None:
    assert not same(field, ours, theirs)
    assert not same(field, theirs, ours)


@given(st.sampled_from(Field), st.text(alphabet="aA0 +-.()éß12", max_size=12))
def test_a_value_in_its_one_spelling_stays_as_it_is(field: Field, value: str) -> None:
    assert normal(field, normal(field, value)) == normal(field, value)


def test_of_a_group_that_differs_all_of_it_counts_as_missing_there() -> None:
    ours = values(address="Kerkplein 2", postcode="1000 AB", city="Voorbeeld", email="anna@leden.example")
    theirs = values(address="Dorpsstraat 1", postcode="1000AB", city="voorbeeld", email="Anna@leden.example")
    assert differing(ours, theirs) == values(address="Kerkplein 2", postcode="1000 AB", city="Voorbeeld")


SENT = linked(phone="06-12345678")
VERDICTS = [
    # ours now, what the link knows, theirs now → verdict
    ("06-12345678", SENT, "+31612345678", Verdict.SAME),
    ("06-87654321", SENT, "06-12345678", Verdict.OURS),
    ("", SENT, "06-12345678", Verdict.OURS),
    ("06-12345678", SENT, "06-99999999", Verdict.THEIRS),
    ("06-12345678", SENT, "", Verdict.THEIRS),
    ("06-87654321", SENT, "06-99999999", Verdict.BOTH),
    ("06-12345678", NOTHING_KNOWN, "", Verdict.EMPTY),
    ("06-12345678", NOTHING_KNOWN, "06-99999999", Verdict.NEVER),
    ("", NOTHING_KNOWN, "06-99999999", Verdict.MORE),
    ("", linked(phone=""), "06-99999999", Verdict.MORE),
    ("", NOTHING_KNOWN, "", Verdict.SAME),
]


@pytest.mark.parametrize(("ours", "known", "theirs", "verdict"), VERDICTS)
def test_three_values_give_one_verdict(ours: str, known: Known, theirs: str, verdict: Verdict) -> None:
    assert _judge(values(phone=ours), values(phone=theirs), known, Group.PHONE) is verdict


def test_an_address_of_which_they_only_have_the_country_is_filled() -> None:
    ours = values(address="Dorpsstraat 1", address_extra="", postcode="1000 AA", city="Voorbeeld", country="NL")
    assert _judge(ours, values(country="NL"), NOTHING_KNOWN, Group.ADDRESS) is Verdict.EMPTY


def test_an_address_to_which_they_added_a_line_stays() -> None:
    ours = values(address="Dorpsstraat 1", address_extra="", postcode="1000 AA", city="Voorbeeld")
    theirs = {**ours, **values(address_extra="t.a.v. de penningmeester")}
    assert _judge(ours, theirs, NOTHING_KNOWN, Group.ADDRESS) is Verdict.MORE


def test_an_address_of_which_each_has_a_part_is_for_a_person() -> None:
    ours = values(address="Dorpsstraat 1", address_extra="", postcode="1000 AA")
    theirs = values(address="Dorpsstraat 1", address_extra="achterhuis", postcode="")
    assert _judge(ours, theirs, NOTHING_KNOWN, Group.ADDRESS) is Verdict.NEVER


def test_what_we_both_changed_in_the_same_way_is_no_change_of_ours() -> None:
    known = linked(address="Dorpsstraat 1", city="Voorbeeld")
    ours, theirs = values(address="Kerkplein 2", city="Voorbeeld"), values(address="Kerkplein 2", city="Elders")
    assert _judge(ours, theirs, known, Group.ADDRESS) is Verdict.THEIRS


def test_what_our_own_lost_answer_may_have_left_there_is_not_theirs() -> None:
    known = Known(SENT.contact_id, SENT.sent, unsure=True, in_doubt=frozenset({Field.PHONE}))
    assert _judge(values(phone="06-12345678"), values(phone="06-87654321"), known, Group.PHONE) is Verdict.OURS


def test_a_lost_answer_about_the_name_says_nothing_about_their_phone_number() -> None:
    known = Known(SENT.contact_id, SENT.sent, unsure=True, in_doubt=frozenset({Field.LAST_NAME}))
    assert _judge(values(phone="06-12345678"), values(phone="06-99999999"), known, Group.PHONE) is Verdict.THEIRS


@given(some_values(), some_known(), words)
def test_what_the_plan_sends_is_never_called_theirs(ours: Values, known: Known, word: str) -> None:
    """Fingerprints are exact and comparing is not: only what differs in more than notation needs a verdict."""
    sends = groups_of(changed(ours, known, fingerprint=fingerprint))
    for group in groups_of(ours) - sends - {Group.CUSTOMER_NUMBER}:
        theirs = dict.fromkeys(FIELDS[group], word)
        verdict = _judge(ours, theirs, known, group)
        held = any(each in known.withheld for each in FIELDS[group])
        assert held or verdict not in (Verdict.OURS, Verdict.BOTH)


@given(some_values(), some_known())
def test_what_stands_there_as_it_should_is_the_same_whatever_was_sent(ours: Values, known: Known) -> None:
    assert {_judge(ours, ours, known, group) for group in groups_of(ours)} == {Verdict.SAME}


def _judge(ours: Values, theirs: Values, known: Known, group: Group) -> Verdict:
    return judge(group, ours=ours, theirs=theirs, known=known, fingerprint=fingerprint)
