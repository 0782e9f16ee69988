"""What a treasurer chooses for a connection. Which choices are allowed is said by `sync.operations`."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledenbrug.core.port import Choice, Package
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.manager import words
from ledenbrug.members import overview
from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus
from ledenbrug.sync import packages
from ledenbrug.sync.models import Connection
from ledenbrug.sync.operations import Draft

FIXED = (Group.NAME, Group.CUSTOMER_NUMBER)
"""Groups that cannot be switched off."""

Fetched = Mapping[str, Sequence[tuple[str, str]]]


class ConnectForm(forms.Form):
    """Which of the package's sites, and a key of the association's own, where the package asks for these."""

    host = forms.ChoiceField(label=_("Country of your account"))
    client_id = forms.CharField(label=_("Client ID"), max_length=200)
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    webhook_secret = forms.CharField(
        label=_("Webhook secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "May stay empty. It stands with the key, and with it you see at once what somebody changes there; without, "
            "the next morning."
        ),
    )

    def __init__(self, *arguments: Any, package: Package, **named: Any) -> None:
        super().__init__(*arguments, **named)
        sites = self.fields["host"]
        assert isinstance(sites, forms.ChoiceField)  # for the type checker
        sites.choices = [(each.code, each.label) for each in package.hosts]
        if not package.hosts:
            del self.fields["host"]
        if package.oauth is None or not package.oauth.own_key:
            del self.fields["client_id"], self.fields["client_secret"]
        hooks = packages.hooks_here(package.name)
        if hooks is None or not hooks.own_secret:
            del self.fields["webhook_secret"]

    def given(self, name: str) -> str:
        return str(self.cleaned_data.get(name, "")).strip()


class TokenForm(forms.Form):
    token = forms.CharField(
        label=_("Personal token"), max_length=2000, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


class HoldForm(forms.Form):
    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= timezone.now():
            raise forms.ValidationError(gettext("Choose a moment that is still to come."))
        return until


class ConnectionForm(forms.Form):
    """Choices of a new connection (`administrations` given) or of one that is there."""

    administration = forms.ChoiceField(
        label=_("Administration"), error_messages={"required": _("Choose an administration.")}
    )
    financial_administration = forms.ModelChoiceField(
        label=_("Financial administration"),
        queryset=FinancialAdministration.objects.none(),
        empty_label=_("Choose…"),
        help_text=_(
            "The set of books of your own that it belongs to. If mandates go over, it is the ones of these books."
        ),
    )
    statuses = forms.ModelMultipleChoiceField(
        label=_("Member statuses"),
        queryset=MemberStatus.objects.none(),
        error_messages={"required": _("Tick at least one member status: without one nobody would go over.")},
    )
    groups = forms.MultipleChoiceField(label=_("What goes over"), required=False)
    number_prefix = forms.CharField(
        max_length=20,
        required=False,
    )
    put_back = forms.ChoiceField(
        label=_("When somebody changes a contact at the package"),
        choices=[("", _("Show it to me")), ("yes", _("Put it back by itself"))],
        required=False,
    )

    archive_after_days = forms.IntegerField(
        label=_("Archive contacts of leavers after so many days"),
        min_value=30,
        max_value=3650,
        required=False,
        help_text=_(
            "Only contacts that we made and on which nothing is open or recurring. Leave empty: never. More than three "
            "at once wait for your yes."
        ),
    )

    def __init__(
        self,
        *arguments: Any,
        association: Association,
        package: Package,
        administrations: Sequence[tuple[str, str]],
        fetched: Fetched,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.package = package
        label, help_text = prefix_words(package)
        self.fields["number_prefix"].label, self.fields["number_prefix"].help_text = label, help_text
        if not package.can_archive:
            del self.fields["archive_after_days"]
        books = FinancialAdministration.objects.filter(association=association).order_by("name")
        self._choices("administration", administrations)
        financial = self._model_field("financial_administration", books)
        if books.count() == 1:
            self.initial.setdefault("financial_administration", books[0].pk)
            financial.empty_label = None
        self._model_field("statuses", selectable(association))
        self._choices("groups", [(each.value, words.GROUPS[each][0]) for each in self.open_groups])
        for choice in package.settings:
            self.fields[f"choice-{choice.key}"] = choice_field(choice, fetched.get(choice.key, ()))

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # for the type checker
        field.choices = list(choices)

    def _model_field(self, name: str, rows: QuerySet[Any]) -> "forms.ModelChoiceField[Any]":
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # for the type checker
        field.queryset = rows
        return field

    def clean(self) -> None:
        for each in self.package.settings:
            ticked = each.group is not None and each.group.value in self.cleaned_data.get("groups", ())
            if ticked and not self.cleaned_data.get(f"choice-{each.key}"):
                self.add_error(f"choice-{each.key}", gettext("Choose a field, or untick it under What goes over."))

    def clean_number_prefix(self) -> str:
        given: str = self.cleaned_data["number_prefix"].strip()
        if not re.fullmatch(self.package.prefix_shape, given):
            told = {"package": self.package.label, "example": self.package.prefix}
            raise forms.ValidationError(
                gettext("This does not fit %(package)s. Right is for instance %(example)s.") % told
            )
        return given

    @property
    def open_groups(self) -> list[Group]:
        return [each for each in map(Group, words.GROUPS) if each in self.package.groups and each not in FIXED]

    def group_rows(self) -> list[dict[str, Any]]:
        """Every group the package can hold, the fixed ones ticked for good."""
        ticked = set(self["groups"].value() or ())
        return [
            {
                "value": each.value,
                "label": words.GROUPS[each][0],
                "help": words.GROUPS[each][1],
                "fixed": each in FIXED,
                "checked": each in FIXED or each.value in ticked,
            }
            for each in map(Group, words.GROUPS)
            if each in self.package.groups
        ]

    def status_rows(self) -> list[dict[str, Any]]:
        ticked = {str(each) for each in self["statuses"].value() or ()}
        rows = self.fields["statuses"].queryset  # type: ignore[attr-defined]
        return [{"status": each, "checked": str(each.pk) in ticked} for each in rows]

    def choice_fields(self) -> list[forms.BoundField]:
        return [self[f"choice-{each.key}"] for each in self.package.settings]

    def draft(self) -> Draft:
        given = self.cleaned_data
        return Draft(
            administration=given["administration"],
            financial_administration=given["financial_administration"].pk,
            statuses=frozenset(each.pk for each in given["statuses"]),
            groups=frozenset({*(each.value for each in FIXED if each in self.package.groups), *given["groups"]}),
            prefix=given["number_prefix"],
            choices={each.key: given[f"choice-{each.key}"] for each in self.package.settings},
            put_back=bool(given["put_back"]),
            archive_after_days=given.get("archive_after_days"),
        )


def selectable(association: Association) -> "QuerySet[MemberStatus]":
    """Statuses in their order, each with its number of members; the dead never go over."""
    return overview.statuses(association).filter(deceased=False)


def prefix_words(package: Package) -> tuple[str, str]:
    """What the beginning of customer numbers is called, and what it is for."""
    label, told = (
        gettext("Prefix of customer numbers"),
        gettext("Keeps our numbers apart from others: %(example)s. Contacts that have a number keep theirs."),
    )
    if package.prefix_label:
        label, told = gettext(package.prefix_label), gettext(package.prefix_help)
    return label, told % {"example": package.number(package.prefix, "1042")}


def choice_field(choice: Choice, fetched: Sequence[tuple[str, str]]) -> forms.Field:
    """A setting that only this package has, as its data describe it."""
    label, help_text = gettext(choice.label), gettext(choice.help) if choice.help else ""
    if choice.options:
        known = [(value, gettext(text)) for value, text in choice.options]
        return forms.ChoiceField(
            label=label, help_text=help_text, required=False, choices=known, initial=choice.default
        )
    if not choice.fetch:
        return forms.CharField(label=label, help_text=help_text, required=False, initial=choice.default, max_length=200)
    options = [("", gettext("None")), *fetched]
    return forms.ChoiceField(label=label, help_text=help_text, required=False, choices=options, initial=choice.default)


def initial(package: Package, connection: Connection | None) -> dict[str, Any]:
    if connection is None:
        return {"groups": sorted(each.value for each in ALWAYS), "number_prefix": package.prefix}
    return {
        "administration": connection.administration,
        "financial_administration": connection.financial_administration_id,
        "statuses": list(connection.statuses.values_list("pk", flat=True)),
        "groups": connection.groups,
        "number_prefix": connection.prefix,
        "put_back": "yes" if connection.put_back else "",
        "archive_after_days": connection.archive_after_days,
        **{f"choice-{key}": value for key, value in connection.choices.items()},
    }
