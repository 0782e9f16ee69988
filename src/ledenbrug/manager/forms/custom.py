"""An association's own fields: as part of the form of a member, and the form in which one is made."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.member import Refusable, _day, _line
from ledenbrug.members import custom
from ledenbrug.members.custom import Own
from ledenbrug.members.models import CustomField, Kind
from ledenbrug.members.refusals import FieldChange, Reason, Refused

NOTHING = ("", "–")  # noqa: RUF001 - what stands in an empty list


def form_fields(own: Own) -> dict[str, forms.Field]:
    return {key: _form_field(field) for key, field in own.items()}


def initial(own: Own, kept: Mapping[str, Any]) -> dict[str, str]:
    return {key: entered(field, kept.get(key)) for key, field in own.items()}


def entered(field: CustomField, value: object) -> str:
    """As the form holds it: a day the way a browser wants it, the rest as people type it."""
    return str(value or "") if field.kind == Kind.DATE else custom.typed(field, value)


def _form_field(field: CustomField) -> forms.Field:
    match field.kind:
        case Kind.LONG:
            made: forms.Field = forms.CharField(label=field.name, widget=forms.Textarea(attrs={"rows": 3}))
        case Kind.NUMBER | Kind.MONEY:
            made = _line(field.name, inputmode="decimal", autocomplete="off")
        case Kind.DATE:
            made = _day(field.name)
        case Kind.YES_NO:
            made = forms.ChoiceField(label=field.name, choices=[NOTHING, ("yes", _("yes")), ("no", _("no"))])
        case Kind.CHOICE:
            made = forms.ChoiceField(label=field.name, choices=[NOTHING, *((each, each) for each in field.choices)])
        case _:
            made = _line(field.name, autocomplete="off")
    made.required = False  # what is asked of whom, `members.rules` says
    return made


def taken_over(given: QueryDict, changes: Iterable[FieldChange], own: Own) -> QueryDict:
    """What this person left alone becomes what the other made of it; what both changed stays as typed here."""
    merged = given.copy()
    for each in changes:
        field = own.get(each.field)
        if field and given.get(each.field, "").replace("\r\n", "\n") == entered(field, each.before):
            merged[each.field] = entered(field, each.after)
    return merged


class OwnPageForm(Refusable):
    """What a member fills in: the fields that the association opened, and no others."""

    def __init__(self, *arguments: Any, own: Own, rules: Mapping[str, str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields.update(form_fields(own))
        self.follow(rules)

    def clean(self) -> dict[str, Any]:
        """Not saved in part without a word: a field may have been closed since the page was shown."""
        if any(custom.is_key(name) and name not in self.fields for name in self.data):
            told = _(
                "One of the fields is not asked any more, so nothing is saved yet. Look at the others, then save again."
            )
            raise forms.ValidationError(told)
        return super().clean() or {}

    def refuse(self, refused: Refused) -> None:
        """What other members have in a field is not this member's business."""
        told = {Reason.CITIZEN_NUMBERS: Reason.CITIZEN_NUMBER}
        super().refuse(Refused(*(replace(each, reason=told.get(each.reason, each.reason)) for each in refused.faults)))


class CustomFieldForm(Refusable):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Also what the column is called in files."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, help_text=_("Cannot be changed afterwards."))
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line. Only for a field of the kind Choice."),
    )
    order = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=9999, required=False)
    required = forms.BooleanField(
        label=_("Required"),
        required=False,
        help_text=_(
            "Asked of new members, on screen and in a file, and cannot be emptied afterwards. "
            "Who lacks it can be edited all the same."
        ),
    )
    private = forms.BooleanField(
        label=_("Only for the member administration"),
        required=False,
        initial=True,
        help_text=_("A treasurer does not see it then, like dates of birth and memos."),
    )

    by_members = forms.BooleanField(
        label=_("Members may fill this in themselves"),
        required=False,
        help_text=_(
            "On a page of their own, when the member administration mails them a link. Whoever reads that mail sees "
            "what stands in it and can change it."
        ),
    )

    def __init__(self, *arguments: Any, it: CustomField | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if it is None:
            self.fields.pop("order")
            return
        self.fields.pop("kind")
        if it.kind != Kind.CHOICE:
            self.fields.pop("choices")
        else:
            self.fields["choices"].help_text = _("One on each line. A choice that members have cannot be taken away.")

    def given(self) -> dict[str, Any]:
        """As operations take it."""
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in self.fields}
        if "choices" in values:
            values["choices"] = lines(values["choices"])
        return values


def shown(it: CustomField) -> dict[str, Any]:
    """What the form of a field begins with."""
    values = {name: getattr(it, name) for name in ("name", "order", "required", "private", "by_members")}
    return values | {"choices": "\n".join(it.choices)}


def lines(written: str) -> Iterable[str]:
    return [each for each in written.replace("\r", "\n").split("\n") if each.strip()]


class RemoveForm(Refusable):
    """What goes for good is typed over."""

    name = _line(
        _("Name of the field"), help_text=_("Type it: there is no way back."), required=True, autocomplete="off"
    )

    def __init__(self, *arguments: Any, it: CustomField, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.it = it

    def clean_name(self) -> str:
        given: str = self.cleaned_data["name"]
        if custom.told_apart(given) != custom.told_apart(self.it.name):
            raise forms.ValidationError(_("This is not the name of the field."))
        return given
