"""The member secretary's yes or no to a proposed change. What may be accepted is said by `members.operations`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.member import ABOUT_MANDATES, IbanForm
from ledenbrug.members.operations import IbanChange


class AcceptForm(IbanForm):
    """The account is the proposed one; only what it means for a mandate is asked."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields = {name: field for name, field in self.fields.items() if name in ABOUT_MANDATES}

    @property
    def meant(self) -> IbanChange | None:
        return IbanChange(self.cleaned_data["how"]) if "how" in self.fields else None


class DeclineForm(forms.Form):
    why = forms.CharField(
        label=_("Why not? The treasurer reads it."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
