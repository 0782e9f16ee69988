"""The ways in which the service says no, in the language of the connected user.

It holds shapes and words of refusals; when something is refused is decided elsewhere.
"""

from dataclasses import dataclass, field

from ledenbrug.stage.messages import Response, json_response

Header = tuple[str, str]

_SAID = {
    "mandatory": ("Verplicht: {}", "Mandatory: {}"),
    "reference": ("Ongeldige referentie: {}", "Invalid reference: {}"),
    "invalid": ("Ongeldig: {}", "Invalid: {}"),
    "too_long": ("Te lang: {}", "Too long: {}"),
    "exists": ("Gegeven bestaat reeds.", "Data already exists."),
    "in_use": ("Verwijderen is niet mogelijk: gegeven is in gebruik.", "Cannot be deleted: data is in use."),
    "has_mandate": ("Niet toegestaan: bankrekening heeft een machtiging.", "Not allowed: bank account has a mandate."),
}
_FIELDS = {
    "Name": ("Naam", "Name"), "Code": ("Code", "Code"), "Country": ("Land", "Country"),
    "State": ("Provincie", "State"), "Status": ("Status", "Status"), "Email": ("E-mail", "E-mail"),
    "Phone": ("Telefoon", "Phone"), "City": ("Plaats", "City"), "Postcode": ("Postcode", "Postcode"),
    "AddressLine1": ("Adres", "Address"), "AddressLine2": ("Adres 2", "Address 2"),
    "AddressLine3": ("Adres 3", "Address 3"), "Language": ("Taal", "Language"),
    "SearchCode": ("Zoekcode", "Search code"), "VATNumber": ("Btw-nummer", "VAT number"),
    "Website": ("Website", "Website"),
    "PaymentConditionSales": ("Betalingsconditie: Verkoop", "Payment condition: Sales"),
    "PaymentConditionPurchase": ("Betalingsconditie: Inkoop", "Payment condition: Purchase"),
    "SalesCurrency": ("Valuta: Verkoop", "Currency: Sales"),
    "PurchaseCurrency": ("Valuta: Inkoop", "Currency: Purchase"), "Account": ("Relatie", "Account"),
    "BankAccount": ("Bankrekening", "Bank account"), "BICCode": ("BIC-code", "BIC code"),
    "BankAccountHolderName": ("Naam rekeninghouder", "Account holder"), "Reference": ("Kenmerk", "Reference"),
    "FirstName": ("Voornaam", "First name"), "LastName": ("Achternaam", "Last name"),
    "Gender": ("Geslacht", "Gender"), "Type": ("Type", "Type"), "PaymentType": ("Betalingstype", "Payment type"),
    "Description": ("Omschrijving", "Description"), "EndDate": ("Einddatum", "End date"), "Fax": ("Fax", "Fax"),
    "Mobile": ("Mobiel", "Mobile"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Complaint:
    said: str
    field: str = ""

    def text(self, language: str) -> str:
        place = 0 if language == "nl" else 1
        label = _FIELDS.get(self.field, (self.field, self.field))[place]
        return _SAID[self.said][place].format(label)


@dataclass
class Refusal(Exception):
    status: int
    text: str = ""
    complaints: tuple[Complaint, ...] = ()
    headers: list[Header] = field(default_factory=list)

    def response(self, language: str = "nl") -> Response:
        lines = [complaint.text(language) for complaint in self.complaints] or [self.text]
        return error(self.status, "\r\n".join(lines), self.headers)


def error(status: int, text: str, headers: list[Header] | None = None) -> Response:
    body = {"error": {"code": "", "message": {"lang": "", "value": text}}}
    return json_response(status, body, headers)


def bad(text: str) -> Refusal:
    return Refusal(400, text)


def broken(*complaints: Complaint) -> Refusal:
    """The service says 500 when a value breaks a rule of its own."""
    return Refusal(500, complaints=complaints)


def forbidden(reason: str, text: str) -> Refusal:
    return Refusal(403, f"Forbidden - {text}", headers=[("Reason", reason)])


def unauthorized() -> Refusal:
    return Refusal(401, "Unauthorized", headers=[("WWW-Authenticate", "Bearer")])


def gone() -> Refusal:
    return Refusal(404, "Resource not found for the segment.")
