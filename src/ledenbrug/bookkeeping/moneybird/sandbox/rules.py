"""When the service refuses a contact, and what it fills in by itself before it looks.

Pure: a contact as it would become goes in, the broken rules come out; whether a number is taken is asked of the books.
"""

import re
from collections.abc import Callable, Collection
from datetime import date

from ledenbrug.bookkeeping.moneybird.sandbox.records import TEXTS, Contact
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Fault422, blank, invalid, said, taken
from ledenbrug.stage import banks

LONGEST = 255
DELIVERY_METHODS = ("Email", "Simplerinvoicing", "Peppol", "Manual", "Post")
SEQUENCE_TYPES = ("RCUR", "FRST", "OOFF", "FNAL")
NEEDED_FOR_DIRECT_DEBIT = ("sepa_iban", "sepa_iban_account_name", "sepa_bic", "sepa_mandate_id", "sepa_mandate_date")
E_MAIL_FIELDS = ("send_invoices_to_email", "send_estimates_to_email")

_ADDRESS = re.compile(r"[^@\s,;<>]+@([^@\s,;<>]+\.[^@\s,;<>.]+)")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?")
_DUTCH_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_COUNTRIES.split())


def fill_in(contact: Contact, sent: Collection[str], country: str) -> None:
    """Defaults and notation, before the rules are looked at."""
    if not contact.country:
        contact.country = country
    contact.delivery_method = contact.delivery_method or "Email"
    contact.sepa_sequence_type = contact.sepa_sequence_type or "RCUR"
    for name in ("invoice_workflow_id", "estimate_workflow_id", "si_identifier_type"):
        setattr(contact, name, getattr(contact, name) or None)
    if contact.sepa_iban:
        contact.sepa_iban = banks.compact(contact.sepa_iban)
    if contact.sepa_bic:
        contact.sepa_bic = banks.compact(contact.sepa_bic)
    follows = not contact.sepa_bic or ("sepa_iban" in sent and "sepa_bic" not in sent)
    if contact.sepa_active and contact.sepa_iban and follows:
        contact.sepa_bic = banks.bic_of(contact.sepa_iban) or contact.sepa_bic
    if "sepa_mandate_date" in sent:
        found = _as_date(contact.sepa_mandate_date or "")
        contact.sepa_mandate_date = found.isoformat() if found else None


def broken(
    contact: Contact,
    *,
    sent: Collection[str],
    today: date,
    mandate_today: bool,
    cannot_receive: Callable[[str], bool],
    is_taken: Callable[[str, str], bool],
    workflows: Collection[str],
) -> list[Fault422]:
    faults: list[Fault422] = []
    if not any((name or "").strip() for name in (contact.company_name, contact.firstname, contact.lastname)):
        faults += [said(name, "is required") for name in ("firstname", "lastname", "company_name")]
    faults += _too_long(contact, sent)
    for name in ("customer_id", "sepa_mandate_id"):
        value = getattr(contact, name)
        if value and is_taken(name, value):
            faults.append(taken(name, value))
    for name in E_MAIL_FIELDS:
        if name in sent:
            faults += _e_mail(name, getattr(contact, name) or "", cannot_receive)
    faults += _lists(contact, workflows)
    faults += _registrations(contact, sent)
    return faults + _sepa(contact, sent, today, mandate_today)


def _too_long(contact: Contact, sent: Collection[str]) -> list[Fault422]:
    message, detail = f"is too long (maximum is {LONGEST} characters)", {"error": "too_long", "count": LONGEST}
    long = (name for name in TEXTS if name in sent and len(getattr(contact, name) or "") > LONGEST)
    return [Fault422(name, message, detail) for name in long]


def _e_mail(name: str, value: str, cannot_receive: Callable[[str], bool]) -> list[Fault422]:
    for address in (part.strip() for part in value.split(",")):
        if not address:
            continue
        match = _ADDRESS.fullmatch(address)
        if not match:
            return [Fault422(name, "is not a valid email address", {"error": "invalid_email"})]
        if cannot_receive(match[1].lower()):
            return [said(name, "includes a domain which cannot receive emails")]
    return []


def _lists(contact: Contact, workflows: Collection[str]) -> list[Fault422]:
    faults = []
    if contact.country not in COUNTRIES:
        faults.append(invalid("country", contact.country))
    for name, values in (("delivery_method", DELIVERY_METHODS), ("sepa_sequence_type", SEQUENCE_TYPES)):
        value = getattr(contact, name)
        if value not in values:
            faults.append(Fault422(name, "is not included in the list", {"error": "inclusion", "value": value}))
    for name in ("invoice_workflow_id", "estimate_workflow_id"):
        value = getattr(contact, name)
        if value and value not in workflows:
            faults.append(invalid(name, value))
    return faults


def _registrations(contact: Contact, sent: Collection[str]) -> list[Fault422]:
    faults = []
    tax = re.sub(r"[\s.]", "", contact.tax_number or "").upper()
    shape = r"NL\d{9}B\d{2}" if tax.startswith("NL") else r"[A-Z]{2}[A-Z0-9+*]{2,13}"
    if "tax_number" in sent and tax and not re.fullmatch(shape, tax):
        faults.append(invalid("tax_number", contact.tax_number))
    chamber = contact.chamber_of_commerce
    if "chamber_of_commerce" in sent and chamber and contact.country == "NL" and not re.fullmatch(r"\d{8}", chamber):
        faults.append(invalid("chamber_of_commerce", chamber))
    return faults


def _sepa(contact: Contact, sent: Collection[str], today: date, mandate_today: bool) -> list[Fault422]:
    faults = []
    if contact.sepa_active or contact.direct_debit:
        faults += [blank(name) for name in NEEDED_FOR_DIRECT_DEBIT if not getattr(contact, name)]
    if contact.sepa_iban and not banks.is_iban(contact.sepa_iban):
        faults.append(invalid("sepa_iban", contact.sepa_iban))
    if contact.sepa_bic and not banks.is_bic(contact.sepa_bic):
        faults.append(invalid("sepa_bic", contact.sepa_bic))
    signed = _as_date(contact.sepa_mandate_date or "")
    if signed and "sepa_mandate_date" in sent and (signed > today or (signed == today and not mandate_today)):
        faults.append(Fault422("sepa_mandate_date", "cannot be in the future", {"error": "not_in_future"}))
    return faults


def _as_date(text: str) -> date | None:
    """Lenient as the service: `2017-6-30`, with a time behind it, or the Dutch way round."""
    try:
        if match := _DATE.fullmatch(text.strip()):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DUTCH_DATE.fullmatch(text.strip()):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    return None
