"""How a connection, a member in it, or a request to a member stands, as a badge: one look, one icon, one word.

It must not decide anything: it reads what the link keeps.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.filling import State
from ledenbrug.sync import packages
from ledenbrug.sync.models import Connection


@dataclass(frozen=True)
class Badge:
    code: str
    look: str
    icon: str
    word: Promise


ON = Badge("on", "good", "circle-check", _("Enabled"))
BUSY = Badge("busy", "busy", "refresh-cw", _("Busy"))
OFF = Badge("off", "", "pause", _("Disabled"))
HELD = Badge("held", "warn", "clock", _("On hold"))
WAITS = Badge("waits", "warn", "hand", _("Waits for you"))
LATER = Badge("later", "busy", "clock", _("Goes on later"))
MODULE_OFF = Badge("module_off", "", "pause", _("Module off"))

MEMBER = {
    "in_step": Badge("in_step", "good", "circle-check", _("In step")),
    "waiting": Badge("waiting", "busy", "clock", _("Waiting")),
    "problem": Badge("problem", "bad", "circle-alert", _("Problem")),
    "not_selected": Badge("not_selected", "", "circle-dashed", _("Not selected")),
}


ASKED = {
    State.WAITING: Badge("waiting", "busy", "clock", _("Mail on its way")),
    State.FAILED: Badge("failed", "bad", "circle-alert", _("Mail refused")),
    State.OPEN: Badge("open", "busy", "mail", _("Asked")),
    State.ANSWERED: Badge("answered", "good", "circle-check", _("Answered")),
    State.LAPSED: Badge("lapsed", "", "clock", _("Not answered")),
    State.ENDED: Badge("ended", "", "x", _("Ended")),
}
"""A member who was asked to fill in fields."""


def of_connection(connection: Connection, *, now: datetime) -> Badge:
    if not packages.module_on(connection.association, connection.package):
        return MODULE_OFF
    if not connection.enabled:
        return OFF
    if connection.hold_until is not None and connection.hold_until > now:
        return HELD
    if connection.waiting:
        return LATER if connection.waiting_until else WAITS
    if connection.round_due_at is not None and connection.round_due_at <= now:
        return BUSY
    return ON
