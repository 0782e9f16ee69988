"""What a person types in a note about a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.member import Refusable


class NoteForm(Refusable):
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The member may ask to read it."),
    )
