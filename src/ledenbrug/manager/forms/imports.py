"""Which file, and how its rows are to be understood. What the file holds is judged by `members.sources`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models import Association, MemberStatus


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A workbook (.xlsx) or CSV, as saved from Excel. The first row holds the names of the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,text/csv,text/plain"}),
    )
    match_by = forms.ChoiceField(
        label=_("How do we recognise members who are here already?"),
        widget=forms.RadioSelect,
        choices=[
            ("number", _("By member number")),
            ("email", _("By e-mail address")),
            ("nothing", _("Not: everybody in the file is new")),
        ],
    )
    status = forms.ModelChoiceField(
        label=_("Status of new members"),
        queryset=MemberStatus.objects.none(),
        help_text=_("Where the file does not say."),
        empty_label=None,
    )
    clear_empty = forms.BooleanField(
        label=_("An empty cell empties the field"),
        required=False,
        help_text=_("Otherwise an empty cell changes nothing."),
    )

    def __init__(self, *arguments: Any, association: Association, **named: Any) -> None:
        super().__init__(*arguments, **named)
        status = self.fields["status"]
        assert isinstance(status, forms.ModelChoiceField)  # for the type checker
        status.queryset = MemberStatus.objects.of(association).filter(hidden=False, deceased=False)
