"""Whether our value and theirs say the same, notation aside, and what to make of it when they do not.

Only comparing is normalised: a value is never rewritten at the package because of its notation.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum

from ledenbrug.core.records import (
    FIELDS,
    GROUP_OF,
    Desired,
    Field,
    Fingerprinter,
    Group,
    Known,
    Standing,
    Values,
)


def normal(field: Field, value: str) -> str:
    """`value` in the one spelling used for comparing."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold())
    return _SPELLING.get(field, _spaced)(text)


def same(field: Field, ours: str, theirs: str) -> bool:
    return ours == theirs or normal(field, ours) == normal(field, theirs)


def same_name(ours: Values, theirs: Values) -> bool:
    """As a whole: some packages have one text for it, and how that was divided is a guess."""
    mine, other = (
        " ".join(values[each] for each in FIELDS[Group.NAME] if values.get(each)) for values in (ours, theirs)
    )
    company = theirs.get(Field.COMPANY, "")
    return (not company or company == ours.get(Field.COMPANY)) and same(Field.LAST_NAME, mine, other)


def differing(ours: Values, theirs: Values) -> Values:
    """The part of `ours` that does not stand there, groups whole."""
    groups = {GROUP_OF[each] for each, value in ours.items() if not same(each, value, theirs.get(each, ""))}
    if same_name(ours, theirs):
        groups.discard(Group.NAME)
    return {each: value for each, value in ours.items() if GROUP_OF[each] in groups}


def claimed(field: Field, ours: str, known: Known, *, fingerprint: Fingerprinter) -> bool:
    """Whether we have, or ever gave, a value. An empty field that always was lays no claim on theirs."""
    nothing = fingerprint(field, "")
    return ours != "" or known.sent.get(field, nothing) != nothing


def doubtful(field: Field, ours: str, known: Known, *, fingerprint: Fingerprinter) -> bool:
    """Whether a step without an answer may have left something else there."""
    if not known.unsure:
        return False
    if known.in_doubt is None:
        return claimed(field, ours, known, fingerprint=fingerprint)
    return field in known.in_doubt


def outlived(desired: Desired, known: Known) -> bool:
    """Whether all that is in doubt at a contact no longer goes over: no step will ever answer for it."""
    there = known.unsure and known.contact_id is not None and desired.standing is Standing.SELECTED
    return there and known.in_doubt is not None and known.in_doubt.isdisjoint(desired.values)


class Verdict(StrEnum):
    """What the three-way comparison of one group says."""

    SAME = "same"  # both say the same
    OURS = "ours"  # ours changed since it was sent, theirs did not: it goes over
    THEIRS = "theirs"  # theirs changed, ours did not: drift, shown to a person
    BOTH = "both"  # both changed since: ours goes over, it leads for what it changes
    EMPTY = "empty"  # never sent, nothing of theirs in the way: it is filled
    NEVER = "never"  # never sent, both have something: a person chooses
    MORE = "more"  # theirs only holds what we never had: it stays, nobody has to choose


def judge(group: Group, *, ours: Values, theirs: Values, known: Known, fingerprint: Fingerprinter) -> Verdict:
    """Ours now, ours when last sent, theirs now; only what differs counts.

    Sent is compared exactly: of a value that the package spells in its own way, a change of ours reads as `BOTH`.
    """
    mine = [each for each in FIELDS[group] if each in ours]
    differ = [each for each in mine if not same(each, ours[each], theirs.get(each, ""))]
    if not differ or (group is Group.NAME and same_name(ours, theirs)):
        return Verdict.SAME
    if any(doubtful(each, ours[each], known, fingerprint=fingerprint) for each in differ):
        return Verdict.OURS  # what stands there may well be what we were writing
    if not any(claimed(each, ours[each], known, fingerprint=fingerprint) for each in differ):
        return Verdict.MORE
    if not any(each in known.sent for each in mine):
        return Verdict.NEVER if any(theirs.get(each, "") for each in differ) else Verdict.EMPTY
    before = {each: known.sent.get(each, fingerprint(each, "")) for each in differ}
    ours_changed = any(before[each] != fingerprint(each, ours[each]) for each in differ)
    theirs_changed = any(before[each] != fingerprint(each, theirs.get(each, "")) for each in differ)
    if ours_changed:
        return Verdict.BOTH if theirs_changed else Verdict.OURS
    return Verdict.THEIRS


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _address(text: str) -> str:
    """`Dorpsstraat 12 A` and `dorpsstraat 12a` are one house."""
    return re.sub(r"(?<=\d)[ -](?=[a-z]\b)", "", _spaced(text))


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _bare(text: str) -> str:
    return re.sub(r"[\s.-]", "", text)


def _bic(text: str) -> str:
    """The last three of eleven name a branch; `xxx` is the head office, as is leaving them out."""
    bare = _bare(text)
    return bare[:8] if len(bare) == 11 and bare.endswith("xxx") else bare


def _phone(text: str) -> str:
    """`06-12 34 56 78`, `0031 6 12345678` and `+31 (0)6 12345678` are one number; without a prefix it is Dutch."""
    digits = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    if not re.search(r"\d", digits):
        return _spaced(text)  # "geheim" is not the same as empty
    if digits.startswith("0") and not digits.startswith("00"):
        digits = "+31" + digits[1:]
    return re.sub(r"^\+310", "+31", re.sub(r"^00", "+", digits))


_SPELLING: Mapping[Field, Callable[[str], str]] = {
    Field.ADDRESS: _address,
    Field.POSTCODE: _bare,
    Field.PHONE: _phone,
    Field.IBAN: _bare,
    Field.BIC: _bic,
    Field.MANDATE_REFERENCE: _unspaced,
    Field.CUSTOMER_NUMBER: _unspaced,
    Field.MEMBER_NUMBER: _unspaced,
}
"""Letters, case and spaces are dealt with for every field; these have more spellings. Hyphens and dots count in
references and numbers: `LID-12` and `LID-1-2` are two."""
