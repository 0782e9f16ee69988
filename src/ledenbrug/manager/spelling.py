"""How values that are kept in one spelling are written for people."""

import phonenumbers

DUTCH = 31


def iban(value: str) -> str:
    """In fours, as it stands on a bank card."""
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def phone(value: str) -> str:
    """National for a Dutch number, international for the rest; as it stands when it is no number."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    spelling = phonenumbers.PhoneNumberFormat
    at_home = number.country_code == DUTCH
    return str(phonenumbers.format_number(number, spelling.NATIONAL if at_home else spelling.INTERNATIONAL))
