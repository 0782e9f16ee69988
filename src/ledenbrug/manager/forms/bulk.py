"""What is to happen to many members at once. Who they are stands in the address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.custom import form_fields
from ledenbrug.manager.forms.member import PRIVATE, Refusable, _day, countries
from ledenbrug.manager.sentences import of_record
from ledenbrug.members.custom import Own
from ledenbrug.members.models import Association, Gender, MemberStatus
from ledenbrug.members.operations.bulk_fields import FIELDS
from ledenbrug.members.operations.filling import LONGEST_WHY, cleaned_why
from ledenbrug.members.refusals import Refused
from ledenbrug.members.sources.spreadsheet import TITLES, title


def language() -> str:
    return (get_language() or "nl")[:2]


class BulkStatusForm(Refusable):
    to = forms.ModelChoiceField(label=_("New status"), queryset=MemberStatus.objects.none(), empty_label=None)
    start = _day(_("From"), help_text=_("Today, a day in the past, or one that is still to come."))

    def __init__(self, *arguments: Any, association: Association, **named: Any) -> None:
        super().__init__(*arguments, **named)
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)  # for the type checker
        to.queryset = MemberStatus.objects.of(association).filter(hidden=False, deceased=False)


class BulkFieldForm(forms.Form):
    """First the field, then, of its kind, what all of them get in it. Nothing given empties it."""

    field = forms.ChoiceField(label=_("Field"))

    def __init__(self, given: Mapping[str, Any], *, own: Own, private: bool) -> None:
        self.asked = "value" in given
        super().__init__(given if given.get("field") else None)
        usual = [name for name in FIELDS if private or name not in PRIVATE]
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)  # for the type checker
        field.choices = [(name, title(name, language=language())) for name in usual] + [
            (key, each.name) for key, each in own.items()
        ]
        self.chosen = given.get("field", "") if given.get("field") in dict(field.choices) else ""
        if self.chosen:
            del self.fields["field"]
            value = self.fields["value"] = _value_of(self.chosen, own)
            value.label, value.required = _("New value"), False
        if not self.asked:  # nothing was given yet that could be wrong
            self.is_bound, self.initial = False, {"field": self.chosen}

    def clean_value(self) -> object:
        value = self.cleaned_data["value"]
        return value == "yes" if self.chosen == "receives_mail" else value


def _value_of(name: str, own: Own) -> forms.Field:
    match name:
        case "receives_mail":
            return forms.ChoiceField(choices=[("yes", _("yes")), ("no", _("no"))])
        case "country":
            return forms.ChoiceField(choices=countries())
        case "gender":
            return forms.ChoiceField(choices=Gender.choices)
    return form_fields({name: own[name]})[name] if name in own else forms.CharField(max_length=254)


class AskForm(Refusable):
    why = forms.CharField(
        label=_("Why do you ask?"),
        required=False,
        max_length=LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the mail: “We are ordering new shirts.” May stay empty."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def clean_why(self) -> str:
        """Here too: for many it is written only later, when nobody sits before the form any more."""
        try:
            return cleaned_why(self.cleaned_data["why"])
        except Refused as refused:
            raise forms.ValidationError([of_record(each) for each in refused.faults]) from None


class ExportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("File"),
        widget=forms.RadioSelect,
        choices=[("xlsx", _("Workbook (.xlsx)")), ("csv", _("CSV, as Excel opens it in Dutch"))],
    )
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    deceased = forms.BooleanField(label=_("Also members who died"), required=False)

    def __init__(self, *arguments: Any, private: bool, own: Own, **named: Any) -> None:
        super().__init__(*arguments, **named)
        columns = self.fields["columns"]
        assert isinstance(columns, forms.MultipleChoiceField)  # for the type checker
        columns.choices = [
            (name, title(name, language=language())) for name in TITLES if private or name not in PRIVATE
        ] + [(key, field.name) for key, field in own.items() if private or not field.private]
