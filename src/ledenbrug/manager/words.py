"""What the house's codes are called on a screen: fields, field groups, causes, outcomes, abilities of a role.

Data only. What happened or must happen is said in `sentences`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ledenbrug.core.port import PaperKind
from ledenbrug.core.records import Field, Group
from ledenbrug.manager import spelling
from ledenbrug.members.models import Role

FIELDS: Mapping[str, Promise] = {
    Field.COMPANY: _("Organisation"),
    Field.FIRST_NAME: _("First name"),
    Field.LAST_NAME: _("Last name"),
    Field.ADDRESS: _("Street and number"),
    Field.ADDRESS_EXTRA: _("Address, second line"),
    Field.POSTCODE: _("Postcode"),
    Field.CITY: _("Place"),
    Field.COUNTRY: _("Country"),
    Field.EMAIL: _("E-mail address"),
    Field.PHONE: _("Phone"),
    Field.PERSON_FIRST_NAME: _("First name of the contact person"),
    Field.PERSON_LAST_NAME: _("Last name of the contact person"),
    Field.PERSON_EMAIL: _("E-mail address of the contact person"),
    Field.CUSTOMER_NUMBER: _("Customer number"),
    Field.DIRECT_DEBIT: _("Direct debit"),
    Field.IBAN: _("IBAN"),
    Field.ACCOUNT_HOLDER: _("Account holder"),
    Field.BIC: _("BIC"),
    Field.MANDATE_REFERENCE: _("Mandate reference"),
    Field.MANDATE_SIGNED: _("Mandate signed on"),
    Field.MEMBER_NUMBER: _("Member number"),
    Field.STATUS: _("Member status"),
}

PARTS: Mapping[str, Promise] = {
    "": _("Everything"),
    "name": _("Name"),
    "address": _("Address"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "account": _("Bank account"),
}
"""Of a record, as far as a change of it is proposed."""
GROUPS: Mapping[str, tuple[Promise, Promise]] = {
    Group.NAME: (_("Name"), _("First name, last name or organisation. Always goes over.")),
    Group.CUSTOMER_NUMBER: (
        _("Customer number"),
        _("Given once to contacts we make, and never changed afterwards. Always goes over."),
    ),
    Group.ADDRESS: (_("Address"), _("Street, postcode, place and country, always together.")),
    Group.EMAIL: (_("E-mail address"), _("Where invoices are sent.")),
    Group.PHONE: (_("Phone"), _("The first phone number.")),
    Group.PERSON: (
        _("Contact person"),
        _(
            "First name, last name and e-mail address, as a person of the contact. Of an organisation that pays: the "
            "person you named with it. Contact persons that you made yourself stay as they are."
        ),
    ),
    Group.SEPA: (
        _("SEPA mandate"),
        _(
            "IBAN, account holder and mandate of the financial administration. The package can then collect invoices "
            "by direct debit. A changed IBAN waits for your yes."
        ),
    ),
    Group.MEMBER_NUMBER: (_("Member number"), _("In a custom field of your own at the package.")),
    Group.STATUS: (_("Member status"), _("In a custom field of your own at the package.")),
}

KINDS: Mapping[str, Promise] = {
    "create": pgettext_lazy("step", "New"),
    "update": pgettext_lazy("step", "Change"),
    "adopt": pgettext_lazy("step", "Found"),
    "archive": pgettext_lazy("step", "Archive"),
    "delete": pgettext_lazy("step", "Delete"),
    "unlink": pgettext_lazy("step", "Let go"),
    "note": pgettext_lazy("step", "Asks you"),
    "held": pgettext_lazy("step", "Waits for your yes"),
    "unchanged": pgettext_lazy("step", "In step"),
}

KIND_LOOKS: Mapping[str, str] = {
    "create": "good",
    "adopt": "good",
    "update": "busy",
    "archive": "warn",
    "delete": "warn",
    "unlink": "warn",
    "note": "warn",
}

OUTCOME_LOOKS: Mapping[str, str] = {
    "done": "good",
    "noted": "busy",
    "put_off": "warn",
    "lost": "warn",
    "refused": "bad",
}

ROLES: Mapping[str, Promise] = {
    Role.ADMIN: _("Everything: settings, users, members and integrations."),
    Role.TREASURER: _("Integrations, problems, differences and mandates. No dates of birth, no memos."),
    Role.SECRETARY: _("Members, import and mandates. Looks at connections, changes none."),
    Role.AUDITOR: _("Looks at connections and their journal. No membership records."),
}

ACTIONS: Mapping[str, tuple[Promise, str]] = {
    "approve": (_("Yes, do it"), "check"),
    "retry": (_("Try again"), "refresh-cw"),
    "make_again": (_("Make a new contact"), "plus"),
    "same": (_("Yes, the same person"), "check"),
    "leave_out": (_("Leave out"), "x"),
    "dismiss": (_("Seen, remove from the list"), "eye"),
}

ANSWERS: Mapping[tuple[str, str], tuple[Promise, str]] = {
    **{(fell, "approve"): (_("Yes, that is right"), "check") for fell in ("members_fell", "contacts_fell")},
    **{(fell, "retry"): (_("No, look again"), "refresh-cw") for fell in ("members_fell", "contacts_fell")},
}
"""Where the usual words of an action do not answer the question."""

PAPERS: Mapping[str, Promise] = {
    PaperKind.DRAFT: _("Draft invoice"),
    PaperKind.SCHEDULED: _("Scheduled invoice"),
    PaperKind.OPEN: _("Open invoice"),
    PaperKind.COLLECTED: _("Invoice being collected"),
    PaperKind.RECURRING: _("Recurring invoice"),
    PaperKind.SUBSCRIPTION: _("Subscription"),
}

SIGNS: Mapping[str, Promise] = {
    "email": _("same e-mail address"),
    "iban": _("same IBAN"),
    "name": _("same last name"),
    "first_name": _("same first name"),
    "postcode": _("same postcode"),
    "house_number": _("same house number"),
    "phone": _("same phone"),
    "number": _("same customer number"),
    "other_name": _("another last name"),
    "other_first_name": _("another first name"),
}
"""What speaks for two being the same, or against it (`core.likeness.Sign`)."""
AGAINST = frozenset({"other_name", "other_first_name"})

BESIDE: Mapping[str, tuple[str, str, Promise]] = {
    "same": ("good", "equal", _("same")),
    "differs": ("warn", "equal-not", _("differs")),
    "filled": ("busy", "arrow-right", _("empty there: is filled")),
    "ours": ("warn", "equal-not", _("only here")),
    "theirs": ("", "minus", _("only there")),
    "stays": ("", "minus", _("keeps its number")),
}
"""How a value of ours stands to theirs: look, icon, words."""


def likeness(score: int) -> str:
    """How much two look alike, in words."""
    if score >= 75:
        return gettext("Looks very much alike")
    return gettext("Looks alike") if score >= 50 else gettext("Looks somewhat alike")


SPELLED: Mapping[str, Callable[[str], str]] = {
    Field.COUNTRY: spelling.country,
    Field.IBAN: spelling.iban,
    Field.PHONE: spelling.phone,
}


def field(code: str) -> str:
    return str(FIELDS.get(code, code))


def value(field: str, code: str) -> str:
    """As people write it, whatever the package: a yes, a day, a country and a number travel as codes."""
    if written := SPELLED.get(field):
        return written(code)
    if field == Field.DIRECT_DEBIT and code == "yes":
        return gettext("yes")
    if field == Field.MANDATE_SIGNED:
        with suppress(ValueError):
            return date_format(date.fromisoformat(code), "SHORT_DATE_FORMAT")
    return code


def group(code: str) -> str:
    named = GROUPS.get(code)
    return str(named[0]) if named else code
