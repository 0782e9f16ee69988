"""Every point on which nobody outside knows what the real service does, as a switch with the likeliest default.

One field is one switch: it is an option of the command line, an argument of `start` and a row of the package's README.
"""

from dataclasses import dataclass

from ledenbrug.stage.switching import amount, choice


@dataclass(frozen=True, slots=True)
class Switches:
    delete: str = choice("archive", "refuse", why="DELETE of a contact in use: archived, or refused with 422")
    archived_get: str = choice("hide", "show", why="GET of an archived contact without include_archived")
    archived_patch: str = choice("allow", "refuse", why="PATCH of an archived contact: carried out, or 404")
    sync_archived: str = choice("return", "omit", why="POST synchronization with the id of an archived contact")
    sync_paging: str = choice("honour", "ignore", why="page and per_page on GET synchronization")
    page_size: str = choice("100", "50", why="how many on a page when per_page is absent")
    same_update: str = choice("keep", "bump", why="version after a PATCH that changes nothing")
    custom_field_update: str = choice("bump", "keep", why="version after a PATCH that changes custom fields only")
    people_on_create: str = choice("add", "none", why="POST with company and person name also adds a contact person")
    merge_number: str = choice("kept", "lost", why="customer number after a merge: of the contact kept, or the other's")
    mandate_today: str = choice("allow", "refuse", why="a mandate dated today in the administration's time zone")
    foreign: str = choice("404", "401", why="an administration the token does not reach")
    scope_refusal: str = choice("401", "403", why="a token without the scope that a path needs")
    read_only_refusal: str = choice("403", "401", why="a write with a read-only personal token")
    invalid_grant: str = choice("400", "401", why="status of invalid_grant at the token endpoint")
    refresh: str = choice("rotate", "keep", why="a refresh ends the old pair and gives a new one, or keeps it")
    revoke: str = choice("yes", "no", why="/oauth/revoke exists (always 200), or is an unknown path")
    grant: str = choice("one", "several", why="administrations that one authorisation opens")
    consent: str = choice("page", "allow", "refuse", why="ask on a page, or answer at once (for programs)")
    remaining: str = choice("seconds", "requests", why="meaning of RateLimit-Remaining")
    retry_after: str = choice("epoch", "seconds", why="meaning of Retry-After on a 429")
    retry_later: str = choice("text", "json", why="body of a 429: bare text, or a JSON string")
    next_link: str = choice("yes", "no", why="Link headers on lists in pages")
    webhook_check: str = choice("yes", "no", why="a webhook's address must answer 200 when it is registered")
    webhook_hosts: str = choice("loopback", "any", why="where webhooks may go")
    webhook_speed: float = amount(1.0, why="how many times faster than usual a failed webhook is tried again")
    search_lag: float = amount(2.0, why="seconds until `query` finds what was written")
    fresh_token_lag: float = amount(0.0, why="seconds of 401 right after a token exchange (about 2 was seen)")
    token_lifetime: float | None = amount(None, why="seconds an access token lives; absent: for ever, no expires_in")
