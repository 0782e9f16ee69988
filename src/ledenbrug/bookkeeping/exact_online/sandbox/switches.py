"""Every point on which nobody outside knows what the real service does, as a switch with the likeliest default.

One field is one switch: it is an option of the command line, an argument of `start` and a row of the package's README.
"""

from dataclasses import dataclass

from ledenbrug.stage.switching import amount, choice


@dataclass(frozen=True, slots=True)
class Switches:
    country: str = choice("nl", "be", "de", "fr", "es", "uk", "us", why="whose site this is: the look of tokens")
    refresh_grace: str = choice("strict", "grace", why="an old refresh token dies at once, or with use of the new")
    early_refresh_status: str = choice("400", "401", why="answer to a refresh before 570 seconds")
    second_grant: str = choice("ends_first", "beside", why="the same user allows the same key again")
    consent: str = choice("page", "allow", "refuse", why="ask on a page, or answer at once (for programs)")
    redirect_rule: str = choice("loopback", "https", why="addresses a key may register: https, or also loopback")
    mandatory_filter: str = choice("strict", "off", why="lists of crm/Accounts need a filter on an allowed field")
    unknown_property: str = choice("refuse", "ignore", why="a property that does not exist, in a body")
    too_long: str = choice("refuse", "truncate", why="texts longer than the guessed lengths")
    padding: str = choice("recorded", "older", why="pads code, country, language; older: also state and search code")
    timestamp: str = choice("text", "number", why="Int64 of the sync endpoints in JSON")
    expand: str = choice("rows", "link", why="bank accounts come along when expanded, or the way to them alone")
    put_prefer: str = choice("ignore", "honour", why="PUT with Prefer: return=representation")
    hrm_divisions: str = choice("allow", "403", "404", why="whether the licence opens hrm/Divisions")
    current_division: str = choice("selected", "used", why="CurrentDivision: as selected, or the last one called")
    auto_code: str = choice("plain", "zeros", why="a code the service gives: 42, or 0000042")
    default_country: str = choice("division", "none", why="an account posted without a country")
    contact_account: str = choice("ignore", "change", why="Account in the PUT of a contact")
    contact_number: str = choice("given", "own", why="a contact posted with a number keeps that, or gets another")
    iban_with_mandate: str = choice("refuse", "allow", why="another IBAN in a bank account that has a mandate")
    fresh: str = choice(
        "system", "lived_in", "empty", why="a new division: system relations, hand-made ones too, nothing"
    )
    webhook_check: str = choice("yes", "no", why="the address must answer 2xx to an empty POST")
    webhook_scheme: str = choice("any", "https", why="addresses that webhooks may have")
    webhook_hosts: str = choice("loopback", "any", why="where webhooks may go")
    error_limit: float = amount(10.0, why="refusals an hour per key, user, division and endpoint before a block")
    access_seconds: float = amount(600.0, why="seconds an access token lives")
    earliest_refresh: float = amount(570.0, why="seconds before a new one may be asked for")
