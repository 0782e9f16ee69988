"""What an administrator says about the association itself. In another time zone it may be another day."""

import re
from datetime import datetime
from zoneinfo import available_timezones

from ledenbrug.members import calendar, validation
from ledenbrug.members.models import Association, User
from ledenbrug.members.operations.writing import held_association, writing
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.validation import Unfit

MOST = {"name": 200, "country": 2, "time_zone": 60, "number_format": 40}
DAYS = ("keeps_history_days", "keeps_former_days")
COUNTS = re.compile(r"[^{}]*\{number(:0?\d)?\}[^{}]*", re.ASCII)
"""The counter once, perhaps with zeros in front; nothing else is looked up in it."""
FEWEST_DAYS, MOST_DAYS = 30, 36_500


def change_association(association: Association, *, by: User | None, now: datetime, **values: str | int) -> Association:
    """What is not given stays as it is."""
    good, faults = validation.each(values, _clean)
    if faults:
        raise Refused(*faults)
    with writing(association.pk, by=by):
        found = held_association(association.pk)
        for name, value in good.items():
            setattr(found, name, value)
        found.save(update_fields=[*good])
        calendar.follow_all(found, day=calendar.today(found, now))
    return found


def _clean(name: str, written: str | int) -> str | int:
    if name in DAYS:
        if not FEWEST_DAYS <= int(written) <= MOST_DAYS:
            raise Unfit(Reason.NOT_A_CHOICE)
        return int(written)
    if name not in MOST:
        raise Unfit(Reason.UNKNOWN_FIELD)
    text = validation.line(str(written))
    if not text:
        raise Unfit(Reason.REQUIRED)
    if len(text) > MOST[name]:
        raise Unfit(Reason.TOO_LONG, most=MOST[name])
    if name == "time_zone" and text not in available_timezones():
        raise Unfit(Reason.NOT_A_CHOICE)
    if name == "number_format" and not COUNTS.fullmatch(text):
        raise Unfit(Reason.NO_COUNTER)
    return validation.country(text) if name == "country" else text
