"""Which column holds what, by the names that lists bear: ours, Dutch and English, Congressus, Sportlink, lists by hand.

Data and one look-up; it reads no file.
"""

import re
import unicodedata
from collections.abc import Mapping

STREET, HOUSE_NUMBER, HOUSE_SUFFIX = "street", "house_number", "house_suffix"
STATUS, SINCE, PERIODS = "status", "since", "periods"
MANDATES = "mandates"
ADMINISTRATION, REFERENCE, SIGNED, ENDED = (
    "mandate_administration",
    "mandate_reference",
    "mandate_signed",
    "mandate_ended",
)
MANDATE_APART = (ADMINISTRATION, REFERENCE, SIGNED, ENDED)
"""Of the one mandate that lives, in lists of others."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "number": (
        "number", "member number", "lidnummer", "lidnr", "lid nr", "lid id", "lidid", "member id", "memberid",
        "relatiecode", "rel code", "relatienummer", "bondsnummer", "verenigingsnummer", "username", "gebruikersnaam",
        "lidcode",
    ),
    "initials": ("initials", "voorletters", "voorletter", "initialen"),
    "given_name": ("given name", "roepnaam", "voornaam", "first name", "firstname"),
    "first_names": ("first names", "voornamen", "doopnamen", "officiele voornamen", "alle voornamen"),
    "nickname": ("nickname", "bijnaam", "nick name", "koosnaam"),
    "infix": (
        "infix", "tussenvoegsel", "tussenvoegsels", "tv", "voorvoegsel", "voorvoegsels", "primary last name prefix",
        "tussenvoegsel achternaam", "prefix",
    ),
    "last_name": (
        "last name", "achternaam", "surname", "family name", "familienaam", "primary last name main", "lastname",
        "primary last name", "geslachtsnaam",
    ),
    "second_infix": ("second infix", "tweede tussenvoegsel", "tussenvoegsel meisjesnaam", "secondary last name prefix"),
    "second_last_name": (
        "second last name", "tweede achternaam", "meisjesnaam", "geboortenaam", "secondary last name main",
        "partnernaam",
    ),
    "name_use": ("name in use", "naamgebruik", "naam in gebruik"),
    "gender": ("gender", "geslacht", "sex", "m v", "mv"),
    "birth_date": (
        "birth date", "date of birth", "geboortedatum", "geb datum", "geb dat", "gebdatum",
        "birthdate", "geboren",
    ),
    "email": (
        "email", "e mail", "e mail address", "email address", "e mailadres", "emailadres", "mail", "mailadres",
        "e mail adres", "email 1", "email 1 adres",
    ),
    "invoice_email": ("invoice email", "e mail address for invoices", "e mailadres voor facturen", "factuur e mail"),
    "phone": (
        "phone", "telefoon", "telefoonnummer", "mobiel", "mobile", "mobiele telefoon", "mobiel nummer", "phone mobile",
        "mobile phone", "gsm", "mobiel 1", "06 nummer", "tel", "mobiele nummer",
    ),
    "phone_home": (
        "phone at home", "telefoon thuis", "vaste telefoon", "huistelefoon", "phone home", "telefoon 1",
        "thuistelefoon", "telefoon vast", "telefoon prive",
    ),
    "address": ("address", "adres", "street and number", "straat en huisnummer", "straat en nummer", "adresregel 1"),
    STREET: ("street", "straat", "straatnaam"),
    HOUSE_NUMBER: ("house number", "huisnummer", "huisnr", "nummer", "nr"),
    HOUSE_SUFFIX: (
        "house number suffix", "toevoeging", "toev", "huisnummer toevoeging", "huisnummertoevoeging", "huisletter",
    ),
    "address_extra": ("address second line", "adres tweede regel", "adresregel 2", "adres 2"),
    "postcode": ("postcode", "zip", "postal code", "zip code", "pc"),
    "city": ("city", "place", "plaats", "woonplaats", "plaatsnaam", "stad"),
    "country": ("country", "land", "landcode", "country code"),
    "iban": ("iban", "rekeningnummer", "bankrekening", "bankrekeningnummer", "bank account", "iban nummer", "rekening"),
    "bic": ("bic", "bic code", "swift"),
    "account_holder": (
        "account holder", "rekeninghouder", "ten name van", "tnv", "naam rekeninghouder", "tenaamstelling",
    ),
    "receives_mail": ("receives mailings", "ontvangt mailings", "receive mailings", "mailings", "nieuwsbrief"),
    "memo": ("memo", "opmerkingen", "opmerking", "notities", "notitie", "remarks", "notes", "bijzonderheden"),
    STATUS: ("status", "lidstatus", "member status", "soort lid", "lidsoort", "lidmaatschap", "type lid"),
    SINCE: (
        "since", "status since", "status sinds", "sinds", "lid sinds", "lid vanaf", "member from", "member since",
        "startdatum", "aanmelddatum", "inschrijfdatum", "begindatum", "lidmaatschap vanaf", "datum inschrijving",
        "lid van", "status vanaf", "ingangsdatum",
    ),
    PERIODS: (
        "status history", "statusverloop", "lidmaatschapsverloop", "statusgeschiedenis", "statussen", "statuses",
        "membership history", "lidmaatschappen",
    ),
    MANDATES: ("mandates", "machtigingen", "incassomachtigingen", "sepa machtigingen", "sdd mandates", "mandaten"),
    ADMINISTRATION: (
        "financial administration", "financiele administratie", "administratie", "administration", "entity name",
    ),
    REFERENCE: (
        "mandate reference", "machtigingskenmerk", "kenmerk machtiging", "machtigingsnummer", "machtigingsreferentie",
        "machtiging", "machtigings id", "mandaat", "mandaatreferentie", "mandaatnummer", "mandaat id", "mandate id",
        "mandate", "incassokenmerk", "sdd mandate reference", "sepa mandaat", "sepa machtiging",
    ),
    SIGNED: (
        "mandate signed", "datum machtiging", "machtigingsdatum", "machtiging getekend", "tekendatum",
        "tekendatum machtiging", "datum ondertekening", "ondertekend op", "mandate date", "mandaatdatum",
        "datum mandaat", "sdd mandate date",
    ),
    ENDED: (
        "mandate ended", "machtiging beeindigd", "einddatum machtiging", "machtiging ingetrokken", "date cancelled",
        "mandate date cancelled", "einddatum mandaat",
    ),
}  # fmt: skip
"""The first name of each is the one that our own export writes in English."""


_MARKS = re.compile(r"\(s\)|[^a-z0-9]+")
"""Of *Voorletter(s)* the first stays."""


def plain(name: str) -> str:
    """A column name without case, accents and marks."""
    letters = name if name.isascii() else unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _MARKS.sub(" ", letters.casefold()).strip()


FIELD_OF: Mapping[str, str] = {name: field for field, names in NAMES.items() for name in names}


def field_of(name: str) -> str | None:
    return FIELD_OF.get(plain(name))
