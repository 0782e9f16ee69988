"""What an administrator types about the association itself."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.forms.member import MemberForm, Refusable, countries
from ledenbrug.members.custom import Own
from ledenbrug.members.models import Role, User
from ledenbrug.members.operations.associations import FEWEST_DAYS, MOST_DAYS
from ledenbrug.members.rules import HIDDEN, REQUIRED
from ledenbrug.members.validation import NEEDED


class AssociationForm(Refusable):
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Says when a day begins: dated statuses take effect then.")
    )
    number_format = forms.CharField(
        label=_("Format of member numbers"),
        help_text=_("{number} is the counter; {number:05} puts zeros in front, V{number} a letter."),
    )
    keeps_history_days = forms.IntegerField(
        label=_("Days that changes and notes are kept"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        help_text=_("What is older is thrown away by night. Two years are 730 days."),
    )
    keeps_former_days = forms.IntegerField(
        label=_("Days that former members are kept"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        help_text=_("After that it is proposed, once a year, to erase them. Nobody is erased without a yes."),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, choices in (("country", countries()), ("time_zone", time_zones())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # for the type checker
            field.choices = choices


def time_zones() -> list[tuple[str, str]]:
    names = sorted(each for each in available_timezones() if "/" in each and not each.startswith(("Etc/", "SystemV/")))
    return [(each, each.replace("_", " ")) for each in ("Europe/Amsterdam", *names)]


RULED = tuple(name for name in MemberForm.base_fields if name not in (*NEEDED, "receives_mail", "name_use"))
RULES = [("", _("Shown")), (HIDDEN, _("Hidden")), (REQUIRED, _("Required"))]


class StatusForm(Refusable):
    name = forms.CharField(label=_("Name"), max_length=100)
    archived = forms.BooleanField(
        label=_("Archived"), required=False, help_text=_("Former members, for example: kept, no longer active.")
    )
    hidden = forms.BooleanField(
        label=_("Hidden"), required=False, help_text=_("No longer in use; kept for the history.")
    )
    deceased = forms.BooleanField(
        label=_("Deceased"), required=False, help_text=_("Out of every mailing; the contact at the package is frozen.")
    )
    order = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=9999, required=False)

    def __init__(self, *arguments: Any, own: Own, rules: Mapping[str, str] | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.named = {name: MemberForm.base_fields[name].label for name in RULED}
        self.named |= {key: field.name for key, field in own.items()}
        for name, label in self.named.items():
            now = (rules or {}).get(name, "")
            self.fields[f"field_{name}"] = forms.ChoiceField(label=label, choices=RULES, required=False, initial=now)

    def given(self) -> dict[str, Any]:
        """As operations take it."""
        values = {name: self.cleaned_data[name] for name in StatusForm.base_fields if name in self.fields}
        rules = {name: self.cleaned_data[f"field_{name}"] for name in self.named}
        return values | {"fields": {name: rule for name, rule in rules.items() if rule}}

    def ruled(self) -> list[forms.BoundField]:
        """For a template: one choice per field of a member."""
        return [self[f"field_{name}"] for name in self.named]


class AdministrationForm(Refusable):
    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(label=_("Address"), required=False)
    vat_number = forms.CharField(label=_("VAT number"), required=False)
    chamber_of_commerce = forms.CharField(label=_("Chamber of commerce number"), required=False)
    currency = forms.CharField(label=_("Currency"), initial="EUR", max_length=3, min_length=3)


class RoleField(forms.ChoiceField):
    def __init__(self) -> None:
        super().__init__(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)


LONGEST_EMAIL = User._meta.get_field("email").max_length


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=LONGEST_EMAIL)
    name = forms.CharField(label=_("Name"), max_length=200)
    role = RoleField()


class RoleForm(forms.Form):
    role = RoleField()
