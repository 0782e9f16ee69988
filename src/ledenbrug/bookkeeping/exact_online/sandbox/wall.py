"""Dates as the service tells them: what a clock on the wall shows, encoded as if it were UTC.

Pure functions; rows hold wall-clock `datetime`s without a zone.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  wall-clock on purpose
_JSON_DATE = re.compile(r"/Date\((-?\d+)\)/")
_MILLISECOND = timedelta(milliseconds=1)


def wall(moment: float) -> datetime:
    shown = datetime.fromtimestamp(moment, ZONE).replace(tzinfo=None)
    return shown.replace(microsecond=shown.microsecond // 1000 * 1000)


def midnight(moment: float) -> datetime:
    return wall(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def offset(moment: float) -> int:
    """Seconds ahead of UTC."""
    ahead = datetime.fromtimestamp(moment, ZONE).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


def json_date(shown: datetime) -> str:
    return f"/Date({(shown - _EPOCH) // _MILLISECOND})/"


def literal(shown: datetime) -> str:
    return shown.isoformat(timespec="milliseconds")


def read(text: str) -> datetime | None:
    """ISO with or without time; a zone is taken to the wall; `/Date(…)/` as given out. None when it is neither."""
    text = text.strip()
    if found := _JSON_DATE.fullmatch(text):
        return _EPOCH + int(found[1]) * _MILLISECOND
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day)  # noqa: DTZ001
        found_at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found_at.tzinfo is not None:
        return found_at.astimezone(ZONE).replace(tzinfo=None)
    return found_at


def utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
