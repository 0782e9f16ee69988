"""The words of the house as frozen data: the fields a contact has, which of them belong together, and who is meant.

It must not know a bookkeeping package, a table or a screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

PayerKey = NewType("PayerKey", str)
"""Whom a contact stands for: `m<id>` for a member, `d<id>` for details of its own (a parent, an employer)."""

ContactId = NewType("ContactId", str)
"""What the package calls the contact. Always text: some count in 64-bit numbers, some use GUIDs."""

Fingerprint = NewType("Fingerprint", str)
"""Keyed hash of one value of one field; tells whether two values are the same without keeping either."""

UNKNOWN = Fingerprint("")
"""Of a value that may or may not stand there: the fingerprint of nothing."""

Fingerprinter = Callable[["Field", str], Fingerprint]


class Field(StrEnum):
    """One value of a contact. Values are text, `""` is empty; dates are ISO, countries ISO 3166-1 alpha-2."""

    COMPANY = "company"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ADDRESS = "address"
    ADDRESS_EXTRA = "address_extra"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    EMAIL = "email"
    PHONE = "phone"
    PERSON_FIRST_NAME = "person_first_name"
    PERSON_LAST_NAME = "person_last_name"
    PERSON_EMAIL = "person_email"
    CUSTOMER_NUMBER = "customer_number"
    DIRECT_DEBIT = "direct_debit"  # "yes" or ""
    IBAN = "iban"
    ACCOUNT_HOLDER = "account_holder"
    BIC = "bic"
    MANDATE_REFERENCE = "mandate_reference"
    MANDATE_SIGNED = "mandate_signed"
    MEMBER_NUMBER = "member_number"
    STATUS = "status"


class Group(StrEnum):
    """Fields that go over together or not at all, and that a treasurer switches on and off together."""

    NAME = "name"
    ADDRESS = "address"
    EMAIL = "email"
    CUSTOMER_NUMBER = "customer_number"
    PHONE = "phone"
    PERSON = "person"  # beside the contact, where a package keeps persons apart
    SEPA = "sepa"
    MEMBER_NUMBER = "member_number"
    STATUS = "status"


FIELDS: Mapping[Group, tuple[Field, ...]] = {
    Group.NAME: (Field.COMPANY, Field.FIRST_NAME, Field.LAST_NAME),
    Group.ADDRESS: (Field.ADDRESS, Field.ADDRESS_EXTRA, Field.POSTCODE, Field.CITY, Field.COUNTRY),
    Group.EMAIL: (Field.EMAIL,),
    Group.CUSTOMER_NUMBER: (Field.CUSTOMER_NUMBER,),
    Group.PHONE: (Field.PHONE,),
    Group.PERSON: (Field.PERSON_FIRST_NAME, Field.PERSON_LAST_NAME, Field.PERSON_EMAIL),
    Group.SEPA: (
        Field.DIRECT_DEBIT,
        Field.IBAN,
        Field.ACCOUNT_HOLDER,
        Field.BIC,
        Field.MANDATE_REFERENCE,
        Field.MANDATE_SIGNED,
    ),
    Group.MEMBER_NUMBER: (Field.MEMBER_NUMBER,),
    Group.STATUS: (Field.STATUS,),
}
GROUP_OF: Mapping[Field, Group] = {each: group for group, fields in FIELDS.items() for each in fields}

ALWAYS = frozenset({Group.NAME, Group.ADDRESS, Group.EMAIL, Group.CUSTOMER_NUMBER})
"""Groups that are on in a new connection; the name and the customer number cannot be switched off."""

ESSENTIAL = frozenset({Group.NAME, Group.CUSTOMER_NUMBER})
"""Without these a contact cannot be made at all."""

Values = Mapping[Field, str]


class Standing(StrEnum):
    """How the payer stands to the connection's selection today."""

    SELECTED = "selected"
    LEFT = "left"
    DECEASED = "deceased"


@dataclass(frozen=True, slots=True)
class Desired:
    """What one payer should look like at the package, according to the membership records."""

    payer: PayerKey
    standing: Standing
    values: Values
    """Every field that the connection maps, empty ones too. Empty mapping when the payer is not selected."""
    mandate_ended: bool = False
    """There was a mandate for this financial administration and there is none today."""


class Whereabouts(StrEnum):
    """Where the contact is, as far as the package told us last."""

    HERE = "here"
    ARCHIVED = "archived"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of the contact of one payer: our link to it."""

    contact_id: ContactId | None = None
    sent: Mapping[Field, Fingerprint] = field(default_factory=dict)
    """Fingerprint per field of what was last sent, or found equal there."""
    unsure: bool = False
    """A step was noted and its answer never came: look before stepping again."""
    in_doubt: frozenset[Field] | None = None
    """While unsure: what that step was writing. None: nobody knows, any field that we ever gave a value."""
    unfinished: bool = False
    """A load made the contact without what the package keeps beside it: look before bringing that."""
    whereabouts: Whereabouts = Whereabouts.HERE
    withheld: frozenset[Field] = frozenset()
    """Fields that do not go over until a person decides: refused, drifted, ignored, waiting for a yes."""
    unused: bool = False
    """Nothing hangs on it, it is of our making, and the association wants such contacts of leavers archived."""


NOTHING_KNOWN = Known()
