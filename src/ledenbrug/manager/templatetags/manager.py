"""Icons, addresses, form fields and sentences in templates. Nothing here reads the database."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Select
from django.template import Context
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from ledenbrug.core.records import FIELDS, Group
from ledenbrug.manager import spelling, words
from ledenbrug.manager.sentences import sentence
from ledenbrug.sync.preview import Line

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)  # drawing one anew takes as long as a row of a list, and a page has a hundred
def icon(name: str) -> str:
    """Decoration beside words; a screen reader skips it."""
    return lucide(name + "", size=18, aria_hidden="true", focusable="false", **{"class": "icon"})


@register.simple_tag(takes_context=True)
def to(context: Context, name: str, *arguments: Any, **parts: Any) -> str:
    """Address of a page of the association the person is in."""
    slug = context["here"].slug
    if arguments:
        return reverse(f"manager:{name}", args=[slug, *arguments])
    return reverse(f"manager:{name}", kwargs={"slug": slug, **parts})


@register.inclusion_tag("manager/parts/field.html")
def field(bound: BoundField, width: str = "", optional: str = "") -> dict[str, Any]:
    """Label, input, help and errors, tied together for a screen reader."""
    widget = bound.field.widget
    checkbox = isinstance(widget, CheckboxInput)
    look = "form-check-input" if checkbox else "form-select" if isinstance(widget, Select) else "form-control"
    return {
        "field": bound,
        "drawn": bound.as_widget(attrs={"class": look}),
        "width": width,
        "optional": optional,
        "checkbox": checkbox,
    }


register.filter(spelling.iban)
register.filter(spelling.phone)
register.filter(spelling.country)


@register.filter
def grouped(number: int) -> str:
    """As people write large numbers: 32.000."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def label(field: str) -> str:
    """What a field of a contact is called."""
    return words.field(field)


@register.filter
def shown(value: str, field: str) -> str:
    """A value of a contact as a person would write it."""
    return words.value(field, value)


@register.filter
def besides_name(lines: Sequence[Line]) -> list[str]:
    """What a row of the preview says first about somebody whose name stands above it."""
    told = [words.value(field, after) for field, _, after in lines if after and field not in FIELDS[Group.NAME]]
    return told[:3]


@register.filter
def kind(code: str) -> str:
    return str(words.KINDS.get(code, code))


@register.filter
def kind_look(code: str) -> str:
    return words.KIND_LOOKS.get(code, "")


@register.filter
def outcome_look(code: str) -> str:
    return words.OUTCOME_LOOKS.get(code, "")


@register.simple_tag(takes_context=True)
def why(context: Context, step: Any) -> str:
    """Why a step of the journal was refused, in the words of the page's package."""
    return sentence(step.reason, package=context["package"].label, package_name=context["package"].name)


@register.inclusion_tag("manager/parts/badge.html")
def beside(sign: str) -> dict[str, Any]:
    """How a value of ours stands to theirs: a look, an icon and a word."""
    look, drawn, word = words.BESIDE[sign]
    return {"badge": {"look": look, "icon": drawn, "word": word}}


@register.filter
def initials(label: str) -> str:
    """Two letters that stand for a package on its card."""
    parts = label.split()
    return ("".join(part[0] for part in parts) if len(parts) > 1 else label)[:2].title()


@register.simple_tag(takes_context=True)
def here_class(context: Context, name: str, *, alone: bool = False) -> str:
    """Marks the navigation link that the page shown stands under; `alone` where other links stand under it too."""
    address, shown = to(context, name), context["request"].path
    current = shown == address if alone else shown.startswith(address)
    return SafeString(' aria-current="page"') if current else ""
