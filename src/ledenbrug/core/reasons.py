"""Every reason that the link can give a person, as codes; screens turn them into sentences with parameters.

A package may add codes of its own with a text in its own `locale/`; these are the ones the engine knows.
"""

from enum import StrEnum


class Reason(StrEnum):
    # what the plan says of a payer
    LEFT = "left"
    DECEASED = "deceased"
    GONE = "gone"
    ARCHIVED = "archived"
    # matching
    LOOKS_LIKE = "looks_like"  # params: contact
    AMBIGUOUS = "ambiguous"
    NUMBER_TAKEN = "number_taken"
    # a field that the package or our own check refuses; params: group, value length where it matters
    INVALID = "invalid"
    TOO_LONG = "too_long"
    NAME_MISSING = "name_missing"
    DOMAIN_CANNOT_RECEIVE = "domain_cannot_receive"
    MANDATE_TAKEN = "mandate_taken"
    REFUSED = "refused"
    STUCK = "stuck"  # temporary troubles again and again on one payer
    # brakes
    HELD = "held"
    IBAN_WAITS = "iban_waits"
    # the connection as a whole
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    UNREACHABLE = "unreachable"
    BUDGET = "budget"
    KEY_LOST = "key_lost"
    MODULE_OFF = "module_off"
    RESTORED = "restored"
