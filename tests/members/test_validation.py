import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban

from ledenbrug.members import validation
from ledenbrug.members.citizen_number import (
    are_citizen_numbers,
    is_citizen_number,
    names_citizen_number,
    tells_citizen_number,
)
from ledenbrug.members.models import Member, PayerDetails
from ledenbrug.members.operations.members import EDITABLE
from ledenbrug.members.refusals import Reason
from ledenbrug.members.validation import Unfit

TODAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("06 12345678", "NL", "+31612345678"),
        ("0031 6 1234 5678", "NL", "+31612345678"),
        ("+32 470 12 34 56", "NL", "+32470123456"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("-", "NL", ""),
        ("", "", ""),
    ],
)
def test_a_phone_is_kept_in_one_spelling(written: str, country: str, kept: str) -> None:
    assert validation.phone(written, country=country) == kept


@pytest.mark.parametrize("written", ["123", "06 1234567", "phone", "06-12345678 ext. 4", "06 12345678 / 06 87654321"])
def test_what_is_no_phone_is_refused(written: str) -> None:
    with pytest.raises(Unfit):
        validation.phone(written, country="NL")


@pytest.mark.parametrize(
    ("written", "kept"), [("Nederland", "NL"), ("netherlands", "NL"), ("be", "BE"), ("Duitsland", "DE"), ("", "")]
)
def test_a_country_is_known_by_code_and_name(written: str, kept: str) -> None:
    assert validation.country(written) == kept


@given(st.from_regex(r"(\+31|0031|0)[ -]?6[ -]?([ -]?[0-9]){8}", fullmatch=True))
def test_the_quick_way_for_dutch_mobile_numbers_says_what_the_long_way_says(written: str) -> None:
    def said(country: str) -> str:
        try:
            return validation.phone(written, country=country)
        except Unfit:
            return "refused"

    international = re.sub(r"\D", "", written)
    international = "+31" + international.removeprefix("0031" if international.startswith("00") else "0")
    try:
        long_way = validation.phone(international.replace("+3131", "+31"), country="BE")
    except Unfit:
        long_way = "refused"
    assert said("NL") == long_way


@given(bank=st.from_regex(r"[A-Z]{4}", fullmatch=True), number=st.integers(0, 9_999_999_999), check=st.integers(0, 99))
def test_the_quick_way_for_dutch_accounts_says_what_the_long_way_says(bank: str, number: int, check: int) -> None:
    written = f"NL{check:02} {bank} {number:010}"
    try:
        found = validation.iban(written)
    except Unfit:
        found = ""
    assert bool(found) == stdnum_iban.is_valid(written)


def test_a_name_is_taken_exactly_with_one_spelling_per_letter() -> None:
    for name in ("Å", "O", "张伟", "אברהם", "Nguyễn", "x" * 200, "🎈", "d'Aulnis-de Bourouill"):
        assert validation.line(f"  {name} ") == name
    assert validation.line("e\u0301") == "\u00e9"


@pytest.mark.parametrize("written", ["a\x00b", "a\x1bb", "a\x85b"])
def test_characters_that_no_screen_shows_are_refused(written: str) -> None:
    with pytest.raises(Unfit):
        validation.line(written)


@pytest.mark.parametrize("name", [
        "BSN", "bsn_nummer", "Burgerservicenummer", "Sofi-nummer", "SOFI nr", "Citizen service number", "B.S.N.",
        "b s n", "B_S_N", "lidBSN", "MijnBSN", "b.s.n-nummer", "burger-service nr", "\uff22\uff33\uff2e", "B\u200bSN",
        "Social security no.",
    ],
)  # fmt: skip
def test_a_field_for_the_citizen_number_is_known_by_name(name: str) -> None:
    assert names_citizen_number(name)


def test_other_fields_are_not_taken_for_it() -> None:
    others = ("Absences", "Sofie", "Sofia", "Obsnr", "Service", "Clubsnaam", "Websnelheid", "Bondsnummer", "B", "")
    assert not any(map(names_citizen_number, others))


def test_a_citizen_number_passes_the_eleven_test() -> None:
    assert [each for each in ("111222333", "111.222.333", "10000008", "111222334", "11122233", "1112223330", "")
            if is_citizen_number(each)] == ["111222333", "111.222.333", "10000008"]  # fmt: skip


def test_a_number_alone_is_no_citizen_number_and_one_beside_its_name_is() -> None:
    assert tells_citizen_number("Ouders gebeld.\nZijn b.s.n. is 111.222.333, graag bewaren")
    assert tells_citizen_number("111222333 (BSN)")
    assert not tells_citizen_number("Bel 111222333 na zes uur")
    assert not tells_citizen_number("BSN gevraagd; bel 111222334")
    assert not tells_citizen_number("BSN 1112223330")


def test_three_numbers_that_all_pass_are_no_chance() -> None:
    real = ["111222333", "123456782", "100000010"]
    assert all(map(is_citizen_number, real))
    assert are_citizen_numbers([*real, "", "geen", "0612345678"])
    assert not are_citizen_numbers([*real, "111222334"])
    assert not are_citizen_numbers(real[:2] * 5)


def test_birth_dates_lie_in_a_persons_life() -> None:
    assert validation.birth_date(TODAY, today=TODAY) == TODAY
    for day in (date(2026, 5, 2), date(1850, 1, 1)):
        with pytest.raises(Unfit):
            validation.birth_date(day, today=TODAY)


def test_the_country_given_counts_for_the_fields_beside_it() -> None:
    values = {"postcode": "B-1000", "country": "BE", "phone": "0470 12 34 56", "address": "Plein"}
    cleaned, faults = validation.clean(values, country_now="NL", today=TODAY)
    assert (cleaned["postcode"], cleaned["phone"], faults) == ("B-1000", "+32470123456", [])


def test_lengths_are_those_of_the_tables() -> None:
    for model in (Member, PayerDetails):
        for field in model._meta.concrete_fields:
            most = getattr(field, "max_length", None)
            if field.name in validation.MOST and most and not (model is PayerDetails and field.name == "last_name"):
                assert validation.MOST[field.name] == most, field.name


def test_a_form_can_write_every_field_that_is_a_persons_own() -> None:
    kept = {"id", "association", "version", "created_at", "changed_at", "deleted_at", "status", "payer_member"}
    kept |= {"payer_details", "merged_into", "searched", "since", "sort_key", "custom"}
    assert set(EDITABLE) == {field.name for field in Member._meta.concrete_fields} - kept


def test_an_account_tells_its_bank() -> None:
    assert validation.bic_of("NL91ABNA0417164300") == "ABNANL2A"
    assert validation.bic_of("BE68539007547034") == ""
    with pytest.raises(Unfit, match=Reason.NOT_A_BIC):
        validation.bic("ABNA")
