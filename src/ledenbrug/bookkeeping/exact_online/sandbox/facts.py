"""Public lists that values are held against: countries, provinces, languages, currencies, classifications.

Facts only; what happens to a value that is not listed is a rule (`rules`).
"""

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
COUNTRY_NAMES = {"NL": "Nederland", "BE": "België", "DE": "Duitsland", "FR": "Frankrijk", "GB": "Verenigd Koninkrijk"}
STATES = {
    ("NL", "DR"): "Drenthe", ("NL", "FL"): "Flevoland", ("NL", "FR"): "Friesland", ("NL", "GE"): "Gelderland",
    ("NL", "GR"): "Groningen", ("NL", "LI"): "Limburg", ("NL", "NB"): "Noord-Brabant", ("NL", "NH"): "Noord-Holland",
    ("NL", "OV"): "Overijssel", ("NL", "UT"): "Utrecht", ("NL", "ZE"): "Zeeland", ("NL", "ZH"): "Zuid-Holland",
    ("BE", "ANT"): "Antwerpen", ("BE", "LIM"): "Limburg", ("BE", "OVL"): "Oost-Vlaanderen",
    ("BE", "VBR"): "Vlaams-Brabant", ("BE", "WVL"): "West-Vlaanderen",
}  # fmt: skip
LANGUAGES = {"NL": "Nederlands", "EN": "Engels", "DE": "Duits", "FR": "Frans", "ES": "Spaans", "FY": "Fries"}
CURRENCIES = {"EUR": "Euro", "USD": "Amerikaanse dollar", "GBP": "Britse pond", "CHF": "Zwitserse frank"}
CONDITIONS = (("01", "Contant", "K", 0), ("14", "14 dagen", "B", 14), ("30", "30 dagen", "B", 30))
COLLECTION = ("IN", "Automatische incasso", "I", 0)
CLASSIFICATION_NAMES = ("Soort lid", "Branche", "Regio")
CLASSIFICATIONS = (("J", "Jeugdlid"), ("S", "Senior"), ("D", "Donateur"))
SYSTEM_RELATIONS = (("0", "Belastingdienst", "C"), ("1", "Exact Online (leverancier)", "A"))
HAND_MADE = (
    ("100", "A. Bakker", "a.bakker@leden.example", "Utrecht"),
    ("101", "A. Bakker", "a.bakker@leden.example", "Utrecht"),
    ("102", "Cafe de Brug", "info@cafedebrug.example", "Amersfoort"),
)
