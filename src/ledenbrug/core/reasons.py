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
    REFUSED = "refused"  # params: attribute, the package's own word for what it refused
    NO_FIELD = "no_field"  # the field at the package that this goes into is not chosen, or no longer there
    MANDATE_TODAY = "mandate_today"  # params: again, when it can be sent
    MANDATE_IN_FUTURE = "mandate_in_future"
    AT_THE_BANK = "at_the_bank"  # an invoice is being collected; params: again, when it is looked at again
    IN_USE = "in_use"  # cannot be deleted
    STUCK = "stuck"  # temporary troubles again and again on one payer
    TWO_MASTERS = "two_masters"  # something else writes this field there again and again
    # what an undo leaves as it is
    UNKNOWN_BEFORE = "unknown_before"
    CHANGED_THERE = "changed_there"
    CHANGED_HERE = "changed_here"
    WRITTEN_SINCE = "written_since"
    PROPOSED = "proposed"  # theirs, to the member secretary
    SUPERSEDED = "superseded"  # theirs was proposed, and the record was edited since: that leads
    # held until a person has seen it; params of the brakes: count, limit, contacts
    HELD = "held"
    IBAN_WAITS = "iban_waits"
    MANY_ARCHIVED = "many_archived"
    MANY_IBANS = "many_ibans"
    MANY_CLEARED = "many_cleared"
    MANY_OVERWRITTEN = "many_overwritten"
    MANY_CREATED = "many_created"
    # the connection as a whole, held until a person has seen it; params: before, now
    MEMBERS_FELL = "members_fell"  # far fewer members are selected than before
    CONTACTS_FELL = "contacts_fell"  # the package shows far fewer contacts than we know
    # the connection as a whole: somebody must connect again, or mend something at the package
    WITHDRAWN = "withdrawn"
    CONSENT_REFUSED = "consent_refused"
    CODE_USED = "code_used"
    KEY_REFUSED = "key_refused"  # client id and secret
    SCOPE_MISSING = "scope_missing"
    NO_ACCESS = "no_access"
    ADMINISTRATION_GONE = "administration_gone"
    SUSPENDED = "suspended"
    PLAN_LIMIT = "plan_limit"
    LAPSES = "lapses"  # could not be renewed for long; params: day, when it is over
    # passes by itself
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    NOT_JSON = "not_json"
    PACKAGE_ERROR = "package_error"
    LIMITED = "limited"
    TOO_EARLY = "too_early"
    BUDGET = "budget"
    BUSY = "busy"  # somebody else asks with the same permission, or the same administration, and does not get ready
    KEY_LOST = "key_lost"
    MODULE_OFF = "module_off"
    RESTORED = "restored"
