"""A member's history and the fields that changed, in words: references as names, values as a person writes them.

It must not show what the reader's role may not see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ledenbrug.manager import spelling
from ledenbrug.manager.forms.member import PRIVATE
from ledenbrug.members import custom
from ledenbrug.members.history import Entry, history_of
from ledenbrug.members.models import (
    Association,
    FinancialAdministration,
    Gender,
    Mandate,
    Member,
    MemberStatus,
    NameUse,
    PayerDetails,
    Period,
    ProposedChange,
)
from ledenbrug.members.operations import changed_since, proposed
from ledenbrug.members.refusals import FieldChange

SUBJECTS: dict[tuple[str, str], Promise] = {
    ("member", "insert"): gettext_lazy("Added"),
    ("member", "update"): gettext_lazy("Changed"),
    ("member", "delete"): gettext_lazy("Erased"),
    ("period", "insert"): gettext_lazy("Status given"),
    ("period", "update"): gettext_lazy("Status corrected"),
    ("period", "delete"): gettext_lazy("Status removed"),
    ("mandate", "insert"): gettext_lazy("Mandate added"),
    ("mandate", "update"): gettext_lazy("Mandate changed"),
    ("mandate", "delete"): gettext_lazy("Mandate removed"),
    ("payer", "insert"): gettext_lazy("Payer added"),
    ("payer", "update"): gettext_lazy("Payer changed"),
    ("payer", "delete"): gettext_lazy("Payer removed"),
}
CAUSES: dict[str, Promise] = {
    "edit": gettext_lazy("on screen"),
    "member": gettext_lazy("by the member, with a link of their own"),
    "import": pgettext_lazy("cause of a change", "import"),
    "calendar": gettext_lazy("by the calendar"),
    "undo": gettext_lazy("undone"),
    "merge": gettext_lazy("merged"),
    "erase": gettext_lazy("erased"),
    "": gettext_lazy("outside Ledenbrug"),
}
NAMED = {
    "deleted_at": gettext_lazy("Deleted"),
    "merged_into": gettext_lazy("Merged into"),
    "since": gettext_lazy("Status since"),
    "periods": gettext_lazy("Status history"),
    "mandates": gettext_lazy("Mandates"),
    "everything": gettext_lazy("everything"),
    "financial_administration": gettext_lazy("Financial administration"),
    "payer_details": gettext_lazy("Invoice to"),
}
CHOICES = {"gender": Gender.choices, "name_use": NameUse.choices}
SKIPPED = frozenset({"member"})
OTHERS = frozenset({"payer_member", "payer_details", "merged_into"})
_ROWS = {
    "status": MemberStatus,
    "payer_member": Member,
    "payer_details": PayerDetails,
    "merged_into": Member,
    "financial_administration": FinancialAdministration,
}


@dataclass(frozen=True)
class Told:
    """One change, ready for a screen."""

    at: datetime
    what: Promise
    by: str
    lines: list[dict[str, Any]]
    first: bool
    """Everything was empty before: the values say enough."""


def of_member(member: Member, *, private: bool, others: bool = True, most: int | None = 200) -> list[Told]:
    """Without `others` nothing that tells of somebody else."""
    entries = [each for each in history_of(member) if others or each.subject != "payer"][:most]
    names = _names(member.association, [change for each in entries for change in each.changes])
    fields = custom.fields_of(member.association_id, archived=True)
    closed = () if private else (*PRIVATE, *(key for key, field in fields.items() if field.private))
    hidden = SKIPPED.union(closed, () if others else OTHERS)
    return [_told(each, names, fields, hidden) for each in entries]


def lines(association: Association, changes: Iterable[FieldChange]) -> list[dict[str, Any]]:
    given = list(changes)
    names, fields = _names(association, given), custom.fields_of(association, archived=True)
    return [_line(each, names, fields) for each in given if each.field not in SKIPPED]


def labels(association: Association, fields: Iterable[str]) -> list[str]:
    own = custom.fields_of(association, archived=True)
    return [label(each, own) for each in fields]


def of_proposal(it: ProposedChange) -> dict[str, Any]:
    """What a proposed change would do to the record as it is now. Never about a field of their own."""
    changes = [_line(each, {}, {}) for each in proposed(it) if each.before != each.after]
    return {"it": it, "lines": changes, "changed_since": changed_since(it)}


def label(field: str, own: custom.Own | None = None) -> str:
    if own and field in own:
        return own[field].name
    if field in NAMED:
        return str(NAMED[field])
    for model in (Member, Mandate, Period, PayerDetails):
        for each in model._meta.concrete_fields:
            if each.name == field:
                return (
                    str(each.verbose_name).capitalize() if str(each.verbose_name).islower() else str(each.verbose_name)
                )
    return field


Names = dict[tuple[str, Any], str]


def _names(association: Association, changes: list[FieldChange]) -> Names:
    """Who and what the references point to, one question per table."""
    found: Names = {}
    for field, model in _ROWS.items():
        ids = {value for each in changes if each.field == field for value in (each.before, each.after) if value}
        if ids:
            rows: Any = model._default_manager.filter(association=association, pk__in=ids)
            found |= {(field, row.pk): str(row) for row in rows}
    return found


def _told(entry: Entry, names: Names, own: custom.Own, hidden: frozenset[str]) -> Told:
    shown = [_line(each, names, own) for each in entry.changes if each.field not in hidden]
    what = SUBJECTS.get((entry.subject, entry.what), SUBJECTS["member", "update"])
    return Told(
        entry.at,
        what,
        str(entry.by) if entry.by else str(CAUSES.get(entry.cause, entry.cause)),
        shown,
        entry.what == "insert",
    )


def _line(change: FieldChange, names: Names, own: custom.Own) -> dict[str, Any]:
    return {
        "field": label(change.field, own),
        "before": _value(change.field, change.before, names, own),
        "after": _value(change.field, change.after, names, own),
    }


def _value(field: str, value: object, names: Names, own: custom.Own) -> str:
    if (field, value) in names:
        return names[field, value]
    return plain(field, value, own)


def plain(field: str, value: object, own: custom.Own | None = None) -> str:
    """A value as a person writes it."""
    if custom.is_key(field):
        return spelling.own((own or {}).get(field), value)
    if value is None or value == "":
        return ""
    if field in CHOICES:
        return str(dict(CHOICES[field]).get(str(value), value))
    if field in spelling.KEPT:
        return spelling.KEPT[field](str(value))
    if field == "birth_date" and isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime | date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)
