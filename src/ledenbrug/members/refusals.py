"""Why a write to the membership record was refused, as codes with parameters; screens make the sentences.

It must not hold text for people, nor the value that was refused: refusals end up in logs.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    # one value
    REQUIRED = "required"
    TOO_LONG = "too_long"  # params: most
    CONTROL_CHARACTER = "control_character"
    NOT_AN_IBAN = "not_an_iban"
    NOT_A_BIC = "not_a_bic"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_POSTCODE = "not_a_postcode"
    HOUSE_NUMBER_MISSING = "house_number_missing"
    NOT_A_COUNTRY = "not_a_country"
    NOT_A_DATE = "not_a_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    IN_THE_FUTURE = "in_the_future"
    TOO_LONG_AGO = "too_long_ago"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_AMOUNT = "not_an_amount"
    CITIZEN_NUMBER = "citizen_number"
    CITIZEN_NUMBERS = "citizen_numbers"  # of the numbers in a field nearly all are
    UNKNOWN_FIELD = "unknown_field"
    HIDDEN_HERE = "hidden_here"  # members in this status do not have it
    # numbers and names that are given once
    NUMBER_ISSUED = "number_issued"
    NUMBERS_USED_UP = "numbers_used_up"
    NO_COUNTER = "no_counter"  # in the format of member numbers
    NAME_TAKEN = "name_taken"
    NAME_OF_EVERY_MEMBER = "name_of_every_member"  # a field that members have anyway
    REFERENCE_TAKEN = "reference_taken"
    # a row of a file
    TOO_MANY_CELLS = "too_many_cells"
    TOO_FEW_CELLS = "too_few_cells"
    DOUBLE = "double"  # another row of the file says who this is
    AMBIGUOUS = "ambiguous"  # params: count; several members have this e-mail address
    UNKNOWN_STATUS = "unknown_status"
    NOT_A_PERIOD = "not_a_period"
    TWO_ON_ONE_DAY = "two_on_one_day"  # statuses that begin on the same day
    CONTRADICTS = "contradicts"  # the status beside it
    NOT_A_MANDATE = "not_a_mandate"
    UNKNOWN_ADMINISTRATION = "unknown_administration"
    WHICH_ADMINISTRATION = "which_administration"  # there are several
    MANDATE_DIFFERS = "mandate_differs"  # from the one with this reference
    CHANGED_MEANWHILE = "changed_meanwhile"
    # what stands in the way
    IN_USE = "in_use"  # params: count
    CHOICE_IN_USE = "choice_in_use"  # params: choice, count
    TOO_MANY = "too_many"  # params: most
    NOT_ARCHIVED = "not_archived"
    NOTHING_TO_FILL_IN = "nothing_to_fill_in"  # no field is open to members
    ONLY_PERIOD = "only_period"
    OTHER_ASSOCIATION = "other_association"
    DELETED = "deleted"
    NOT_DELETED = "not_deleted"
    COMES_BACK = "comes_back"  # a status to come is not an archived one
    UNDER_WAY = "under_way"  # a step at a package waits for its answer
    DECIDED = "decided"  # somebody else said yes or no already
    SHOWN_OTHERWISE = "shown_otherwise"  # not what stood on the screen any more
    BUSY = "busy"  # others write many
    UNDONE = "undone"  # taken back before, or too long ago
    # payers
    PAYS_FOR_ITSELF = "pays_for_itself"
    PAYER_HAS_PAYER = "payer_has_payer"
    PAYS_FOR_OTHERS = "pays_for_others"  # params: count
    PAYER_DELETED = "payer_deleted"
    # mandates
    LIVE_MANDATE = "live_mandate"
    NO_IBAN = "no_iban"
    NO_LIVE_MANDATE = "no_live_mandate"
    MANDATE_ENDED = "mandate_ended"
    ENDS_BEFORE_SIGNED = "ends_before_signed"


class Trouble(StrEnum):
    """Why a task came to nothing, beside what is wrong with the file or the records."""

    DIFFERS = "differs"  # other members are concerned than were shown
    APPLIED = "applied"  # the import was written before, or thrown away
    UNREADABLE = "unreadable"  # its key is lost
    NOT_ALLOWED = "not_allowed"  # any more, who asked for it
    STOPPED = "stopped"
    ERASED = "erased"  # somebody was, who might stand in it
    GIVEN_UP = "given_up"  # interrupted time and again
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that cannot be taken. `field` is empty when it is not about a single one."""

    reason: Reason
    field: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """A person must give something else. Nothing was written."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{each.field}: {each.reason}" if each.field else each.reason for each in faults))
        self.faults = faults

    @classmethod
    def because(cls, reason: Reason, field: str = "", **params: object) -> "Refused":
        return cls(Fault(reason, field, {name: str(value) for name, value in params.items()}))


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field held and holds now."""

    field: str
    before: object
    after: object


class ChangedMeanwhile(Exception):
    """Somebody else changed the record since it was shown: look at what changed, then write again."""

    def __init__(self, changes: Iterable[FieldChange]) -> None:
        self.changes = tuple(changes)
        super().__init__(", ".join(self.fields))

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(each.field for each in self.changes)
