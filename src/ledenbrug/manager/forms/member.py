"""What a member secretary types about one member. `members.operations` checks it where it is written."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.spelling import phone
from ledenbrug.members import rules
from ledenbrug.members.custom import Own
from ledenbrug.members.models import Association, FinancialAdministration, Member, MemberStatus
from ledenbrug.members.models.member import Gender, NameUse
from ledenbrug.members.operations import IbanChange, NewMandate
from ledenbrug.members.refusals import Fault, Reason, Refused
from ledenbrug.members.rules import HIDDEN, REQUIRED

FIRST = ("NL", "BE", "DE")
PRIVATE = ("gender", "birth_date", "memo")


def countries() -> list[tuple[str, str]]:
    """In the person's language, the nearest first."""
    territories = Locale.parse(translation.get_language() or "nl", sep="-").territories
    named = {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha() and code not in _NOT}
    rest = sorted(((code, name) for code, name in named.items() if code not in FIRST), key=lambda each: each[1])
    return [*((code, named[code]) for code in FIRST), *rest]


_NOT = ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _line(label: Any, *, help_text: Any = "", required: bool = False, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.TextInput(attrs=attrs), empty_value=""
    )


def _day(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required, widget=DateInput())


class Refusable(forms.Form):
    """Takes what an operation refused to the fields it is about."""

    def refuse(self, refused: Refused) -> None:
        for fault in refused.faults:
            self.add_error(fault.field if fault.field in self.fields else None, of_record(fault))

    def follow(self, rules: Mapping[str, str]) -> None:
        """What the status hides is not asked; what it requires is, but where it was empty already."""
        for name, rule in rules.items():
            if rule == HIDDEN:
                self.fields.pop(name, None)
            elif name in self.fields and self.initial.get(name) not in (None, ""):
                self.fields[name].required = True


class MemberForm(Refusable):
    number = _line(_("Member number"), help_text=_("Never used twice, also not after a member has gone."))
    initials = _line(_("Initials"))
    given_name = _line(_("Given name"), autocomplete="off")
    infix = _line(_("Infix"))
    last_name = _line(_("Last name"), required=True, autocomplete="off")
    second_infix = _line(_("Second infix"))
    second_last_name = _line(_("Second last name"), help_text=_("A maiden name, for example."))
    name_use = forms.ChoiceField(label=_("Name in use"), required=False, choices=NameUse.choices)
    first_names = _line(_("First names"))
    nickname = _line(_("Nickname"))
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=Gender.choices)
    birth_date = _day(_("Date of birth"), required=False)
    email = _line(_("E-mail address"), inputmode="email", autocomplete="off")
    invoice_email = _line(
        _("E-mail address for invoices"),
        help_text=_("Only where it is another one."),
        inputmode="email",
        autocomplete="off",
    )
    phone = _line(_("Phone"), inputmode="tel", autocomplete="off")
    phone_home = _line(_("Phone at home"), inputmode="tel", autocomplete="off")
    address = _line(_("Street and number"), autocomplete="off")
    address_extra = _line(_("Address, second line"), autocomplete="off")
    postcode = _line(_("Postcode"), autocomplete="off")
    city = _line(_("Place"), autocomplete="off")
    country = forms.ChoiceField(label=_("Country"))
    iban = _line(_("IBAN"), autocomplete="off", spellcheck="false")
    bic = _line(_("BIC"), help_text=_("Filled in by itself for Dutch banks."), autocomplete="off")
    account_holder = _line(_("Account holder"), autocomplete="off")
    receives_mail = forms.BooleanField(label=_("Receives mailings"), required=False, initial=True)
    memo = forms.CharField(label=_("Memo"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self,
        *arguments: Any,
        own: Mapping[str, forms.Field] | None = None,
        rules: Mapping[str, str] | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        _choices(self.fields["country"], countries())
        self.written = (*EDITED, *(own or {}))
        self.fields.update(own or {})
        self.follow(rules or {})

    def follow(self, rules: Mapping[str, str]) -> None:
        super().follow(rules)
        if "second_last_name" not in self.fields:
            self.fields.pop("name_use", None)

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in self.fields if name in given and name in self.written}

    def own(self) -> list[forms.BoundField]:
        """For a template: the association's own fields."""
        return [self[name] for name in self.fields if name in self.written and name not in EDITED]


EDITED = frozenset(MemberForm.base_fields)


def initial(member: Member) -> dict[str, Any]:
    now = {name: getattr(member, name) for name in MemberForm.base_fields}
    return now | {name: phone(now[name]) for name in ("phone", "phone_home")}


class AddForm(MemberForm):
    status = forms.ModelChoiceField(label=_("Member status"), queryset=MemberStatus.objects.none(), empty_label=None)
    start = _day(_("Member from"))

    def __init__(self, *arguments: Any, association: Association, fields: Own, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.of_association = fields
        _rows(self.fields["status"], MemberStatus.objects.of(association).filter(hidden=False, deceased=False))
        self.fields["number"].help_text = _("Leave empty for the next free one.")

    def clean(self) -> dict[str, Any]:
        """What members in the chosen status must have."""
        given = super().clean() or {}
        status = given.get("status")
        for name, rule in rules.of_status(status.fields if status else {}, self.of_association).items():
            if rule == REQUIRED and name in self.fields and not given.get(name) and name not in self.errors:
                self.add_error(name, of_record(Fault(Reason.REQUIRED, name)))
        return given


class StatusForm(Refusable):
    status = forms.ModelChoiceField(label=_("New status"), queryset=MemberStatus.objects.none(), empty_label=None)
    start = _day(_("From"), help_text=_("Today, a day in the past, or one that is still to come."))

    def __init__(self, *arguments: Any, association: Association, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _rows(self.fields["status"], MemberStatus.objects.of(association).filter(hidden=False))


class PayerForm(Refusable):
    """Who gets the invoice: the member, another member, or somebody with details of its own."""

    who = forms.ChoiceField(
        label=_("Invoice to"),
        choices=[("self", _("The member")), ("member", _("Another member")), ("details", _("Somebody else"))],
        widget=forms.RadioSelect,
    )
    payer = _line(_("Number or name of the payer"), autocomplete="off")
    organisation = _line(_("Organisation"), autocomplete="off")
    first_name = _line(_("First name"), autocomplete="off")
    infix = _line(_("Infix"))
    last_name = _line(_("Last name"), autocomplete="off")
    email = _line(_("E-mail address"), inputmode="email", autocomplete="off")
    phone = _line(_("Phone"), inputmode="tel", autocomplete="off")
    address = _line(_("Street and number"), autocomplete="off")
    address_extra = _line(_("Address, second line"), autocomplete="off")
    postcode = _line(_("Postcode"), autocomplete="off")
    city = _line(_("Place"), autocomplete="off")
    country = forms.ChoiceField(label=_("Country"), required=False)
    iban = _line(_("IBAN"), autocomplete="off")
    bic = _line(_("BIC"), autocomplete="off")
    account_holder = _line(_("Account holder"), autocomplete="off")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _choices(self.fields["country"], countries())

    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name not in ("who", "payer")}


class MandateForm(Refusable):
    financial_administration = forms.ModelChoiceField(
        label=_("Financial administration"), queryset=FinancialAdministration.objects.none(), empty_label=None
    )
    reference = _line(_("Reference"), required=True, help_text=_("As it stands on the mandate; unique."))
    signed = _day(_("Signed on"))

    def __init__(self, *arguments: Any, association: Association, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _rows(self.fields["financial_administration"], FinancialAdministration.objects.of(association))

    def mandate(self) -> NewMandate:
        given = self.cleaned_data
        return NewMandate(
            financial_administration=given["financial_administration"],
            reference=given["reference"],
            signed=given["signed"],
        )


class EndMandateForm(Refusable):
    ended = _day(_("Ended on"), help_text=_("The first day on which nothing is collected any more."))


ABOUT_MANDATES = ("how", "reference", "signed")


class IbanForm(Refusable):
    """Where a mandate hangs on the account it must be said what the change means."""

    iban = _line(_("New IBAN"), required=True, autocomplete="off")
    account_holder = _line(_("Account holder"), autocomplete="off")
    how = forms.ChoiceField(
        label=_("What happened?"),
        widget=forms.RadioSelect,
        choices=[
            (IbanChange.TYPING_ERROR.value, _("It was typed wrongly: the mandate was always for this account.")),
            (IbanChange.SAME_MANDATE.value, _("The member told us of another account: the mandate goes on.")),
            (IbanChange.NEW_MANDATE.value, _("The member signed a new mandate: the old one ends.")),
        ],
    )
    reference = _line(_("Reference of the new mandate"))
    signed = _day(_("Signed on"), required=False)

    def __init__(self, *arguments: Any, needs_how: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name in () if needs_how else ABOUT_MANDATES:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("how") == IbanChange.NEW_MANDATE:
            for name in ("reference", "signed"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A new mandate needs this."))
        return given

    def mandates(self, live: Iterable[FinancialAdministration]) -> list[NewMandate]:
        """A new one for each administration that had one."""
        given, administrations = self.cleaned_data, list(live)
        if given["how"] != IbanChange.NEW_MANDATE:
            return []
        if not administrations:  # the last one ended while this was typed
            raise Refused.because(Reason.NO_LIVE_MANDATE)
        return [
            NewMandate(
                financial_administration=each,
                reference=given["reference"] if len(administrations) == 1 else f"{given['reference']}-{at}",
                signed=given["signed"],
            )
            for at, each in enumerate(administrations, 1)
        ]


def _choices(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # for the type checker
    field.choices = choices


def _rows(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # for the type checker
    field.queryset = rows
