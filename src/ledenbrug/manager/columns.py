"""Which columns the list of members can show, which of them a person chose, and what stands in each cell.

It must not offer what the person's role may not see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager import chronicle, spelling
from ledenbrug.manager.access import May, Request
from ledenbrug.manager.forms.member import PRIVATE
from ledenbrug.members import custom
from ledenbrug.members.models import ColumnChoice, Member

STANDARD: Mapping[str, Promise] = {
    "number": _("Number"),
    "name": _("Name"),
    "status": _("Status"),
    "since": _("Status since"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "phone_home": _("Phone at home"),
    "address": _("Street and number"),
    "postcode": _("Postcode"),
    "city": _("Place"),
    "country": _("Country"),
    "iban": _("IBAN"),
    "account_holder": _("Account holder"),
    "receives_mail": _("Receives mailings"),
    "birth_date": _("Date of birth"),
    "gender": _("Gender"),
}
USUAL = ("number", "name", "status", "email", "city")
ALWAYS = "name"
ON_A_PHONE = frozenset({"number", "name", "status"})


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    order: str
    """What the address says to sort by it; the other way round when it is sorted by it already."""
    sorted: str
    """`ascending`, `descending` or nothing."""

    @property
    def wide_only(self) -> bool:
        return self.name not in ON_A_PHONE and not self.sorted


def possible(request: Request, own: custom.Own) -> dict[str, str]:
    """`own` are the fields this person may see. Name → label, in the order in which they stand on the screen."""
    private = request.here.may(May.SEE_PRIVATE)
    found = {name: str(label) for name, label in STANDARD.items() if private or name not in PRIVATE}
    return found | {key: each.name for key, each in own.items()}


def chosen(request: Request, possible: Mapping[str, str]) -> list[str]:
    """Those of the address, else those this person chose before, else the usual ones."""
    wanted: Sequence[str] = request.GET.get("columns", "").split(",") if request.GET.get("columns") else ()
    if not wanted:
        kept = ColumnChoice.objects.of(request.here.association).filter(user=request.user).first()
        wanted = kept.columns if kept else USUAL
    return [name for name in possible if name in wanted or name == ALWAYS]


def heads(names: Sequence[str], possible: Mapping[str, str], *, order: str, descending: bool) -> list[Column]:
    return [
        Column(
            name,
            possible[name],
            f"-{name}" if name == order and not descending else name,
            "" if name != order else "descending" if descending else "ascending",
        )
        for name in names
    ]


def cells(member: Any, heads: Sequence[Column], own: custom.Own) -> list[tuple[Column, str]]:
    return [(each, _cell(member, each.name, own)) for each in heads]


def _cell(member: Member, name: str, own: custom.Own) -> str:
    match name:
        case "status":
            return member.status.name if member.status else ""
        case "name":
            return str(member)
        case "gender":
            return str(member.get_gender_display()) if member.gender else ""
    if name in own:
        return spelling.own(own[name], member.custom.get(name))
    return chronicle.plain(name, getattr(member, name))
