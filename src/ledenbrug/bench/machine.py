"""On what was measured, in one line: nobody can judge a figure without it."""

import os
import platform
from datetime import UTC, datetime


def machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {os.cpu_count()} cores, {_memory():.0f} GB, {platform.system()} · "
        f"Python {platform.python_version()} · load over 1, 5 and 15 minutes: {load}"
    )


def _memory() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
