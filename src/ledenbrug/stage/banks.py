"""IBANs as a Dutch bookkeeping package looks at them: the check digits, and the BIC that follows from a Dutch account.

A table of public facts; nothing here knows a contact.
"""

import re

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_DUTCH_LENGTH = 18

_DUTCH_BANKS = {
    "ABNA": "ABNANL2A", "ASNB": "ASNBNL21", "BUNQ": "BUNQNL2A", "FVLB": "FVLBNL22", "HAND": "HANDNL2A",
    "INGB": "INGBNL2A", "KNAB": "KNABNL2H", "NNBA": "NNBANL2G", "RABO": "RABONL2U", "RBRB": "RBRBNL21",
    "REVO": "REVONL22", "SNSB": "SNSBNL2A", "TRIO": "TRIONL2U", "BITS": "BITSNL2A", "MOYO": "MOYONL21",
}  # fmt: skip


def compact(iban: str) -> str:
    return re.sub(r"\s", "", iban).upper()


def is_iban(iban: str) -> bool:
    if not _IBAN.fullmatch(iban) or (iban.startswith("NL") and len(iban) != _DUTCH_LENGTH):
        return False
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


def is_bic(bic: str) -> bool:
    return bool(_BIC.fullmatch(bic))


def bic_of(iban: str) -> str:
    """Empty where it does not follow: accounts abroad and banks not in the table."""
    return _DUTCH_BANKS.get(iban[4:8], "") if iban.startswith("NL") else ""
