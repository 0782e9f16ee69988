"""Whether our value and theirs say the same, notation aside, and what to make of it when they do not.

Only comparing is normalised: a value is never rewritten at the package because of its notation.
"""

import re
import unicodedata
from enum import StrEnum

from ledenbrug.core.records import FIELDS, GROUP_OF, Field, Fingerprinter, Group, Known, Values

_COMPACT = {Field.POSTCODE, Field.IBAN, Field.BIC, Field.MANDATE_REFERENCE, Field.CUSTOMER_NUMBER, Field.MEMBER_NUMBER}


def normal(field: Field, value: str) -> str:
    """`value` in the one spelling used for comparing."""
    text = unicodedata.normalize("NFC", value).casefold()
    if field is Field.PHONE:
        return _phone(text)
    if field in _COMPACT:
        return re.sub(r"[\s.-]", "", text)
    return " ".join(text.split())


def same(field: Field, ours: str, theirs: str) -> bool:
    return ours == theirs or normal(field, ours) == normal(field, theirs)


def differing(ours: Values, theirs: Values) -> Values:
    """The part of `ours` that does not stand there, groups whole."""
    groups = {group for group, fields in FIELDS.items() if any(_differs(each, ours, theirs) for each in fields)}
    return {each: value for each, value in ours.items() if GROUP_OF[each] in groups}


class Verdict(StrEnum):
    """What the three-way comparison of one group says."""

    SAME = "same"  # both say the same
    OURS = "ours"  # ours changed since it was sent, theirs did not: it goes over
    THEIRS = "theirs"  # theirs changed, ours did not: drift, shown to a person
    BOTH = "both"  # both changed since: ours goes over, it leads for what it changes
    EMPTY = "empty"  # never sent, nothing there: it is filled
    NEVER = "never"  # never sent, both have something: a person chooses


def judge(group: Group, *, ours: Values, theirs: Values, known: Known, fingerprint: Fingerprinter) -> Verdict:
    """Ours now, ours when last sent, theirs now."""
    mine = [each for each in FIELDS[group] if each in ours]
    if all(same(each, ours[each], theirs.get(each, "")) for each in mine):
        return Verdict.SAME
    if not any(each in known.sent for each in mine):
        filled = any(theirs.get(each, "") for each in mine)
        return Verdict.NEVER if filled and any(ours[each] for each in mine) else Verdict.EMPTY
    ours_changed = any(known.sent.get(each) != fingerprint(each, ours[each]) for each in mine)
    theirs_changed = any(known.sent.get(each) != fingerprint(each, theirs.get(each, "")) for each in mine)
    if ours_changed:
        return Verdict.BOTH if theirs_changed else Verdict.OURS
    return Verdict.THEIRS


def _differs(field: Field, ours: Values, theirs: Values) -> bool:
    return field in ours and not same(field, ours[field], theirs.get(field, ""))


def _phone(text: str) -> str:
    """`06-12 34 56 78`, `0031 6 12345678` and `+31 (0)6 12345678` are one number; without a prefix it is Dutch."""
    digits = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    return re.sub(r"^00", "+", digits) if digits.startswith("00") else re.sub(r"^0", "+31", digits)
