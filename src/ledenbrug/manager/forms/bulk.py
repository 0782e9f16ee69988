"""What is to happen to many members at once. Who they are stands in the address."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.member import PRIVATE, Refusable, _day
from ledenbrug.members.custom import Own
from ledenbrug.members.models import Association, MemberStatus
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
