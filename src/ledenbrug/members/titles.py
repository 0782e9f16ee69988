"""What columns are called in a file that we write; reading knows these names too. Data only."""

from collections.abc import Mapping

TITLES: Mapping[str, tuple[str, str]] = {
    "number": ("Member number", "Lidnummer"),
    "initials": ("Initials", "Voorletters"),
    "given_name": ("Given name", "Roepnaam"),
    "first_names": ("First names", "Voornamen"),
    "nickname": ("Nickname", "Bijnaam"),
    "infix": ("Infix", "Tussenvoegsel"),
    "last_name": ("Last name", "Achternaam"),
    "second_infix": ("Second infix", "Tweede tussenvoegsel"),
    "second_last_name": ("Second last name", "Tweede achternaam"),
    "name_use": ("Name in use", "Naamgebruik"),
    "gender": ("Gender", "Geslacht"),
    "birth_date": ("Date of birth", "Geboortedatum"),
    "email": ("E-mail", "E-mailadres"),
    "invoice_email": ("Invoice email", "E-mailadres voor facturen"),
    "phone": ("Phone", "Telefoon"),
    "phone_home": ("Phone at home", "Telefoon thuis"),
    "address": ("Street and number", "Straat en huisnummer"),
    "address_extra": ("Address second line", "Adresregel 2"),
    "postcode": ("Postcode", "Postcode"),
    "city": ("Place", "Plaats"),
    "country": ("Country", "Land"),
    "iban": ("IBAN", "IBAN"),
    "bic": ("BIC", "BIC"),
    "account_holder": ("Account holder", "Rekeninghouder"),
    "receives_mail": ("Receives mailings", "Ontvangt mailings"),
    "memo": ("Memo", "Opmerkingen"),
    "status": ("Status", "Status"),
    "since": ("Status since", "Status sinds"),
    "periods": ("Status history", "Statusverloop"),
    "mandates": ("Mandates", "Machtigingen"),
}
"""Field → English, Dutch."""


def title(field: str, *, language: str) -> str:
    english, dutch = TITLES[field]
    return dutch if language == "nl" else english
