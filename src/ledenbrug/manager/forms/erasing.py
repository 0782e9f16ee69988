"""The proof that somebody means it: the number of the member who is erased."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.member import Refusable


class EraseForm(Refusable):
    number = forms.CharField(
        label=_("Member number"),
        help_text=_("Type the number of this member: there is no way back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, number: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.wanted = number

    def clean_number(self) -> str:
        given = str(self.cleaned_data["number"]).strip()
        if given != self.wanted:
            raise forms.ValidationError(_("This is not the number of this member."))
        return given
