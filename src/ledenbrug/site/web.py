"""How the web server is started, and how one sees that it answers.

It must not know what it serves beyond the one address that tells its health.
"""

import http.client
from urllib.parse import urlsplit

from ledenbrug.site import environment
from ledenbrug.site.crew import python

THREADS = 64
"""Most of them wait for what somebody is sending."""


def command(host: str, port: int) -> list[str]:
    return python(
        "granian",
        "--interface=wsgi",
        f"--host={host}",
        f"--port={port}",
        f"--workers={environment.number('WEB', 1, least=1, most=64)}",
        f"--blocking-threads={THREADS}",
        "--respawn-failed-workers",
        "--workers-kill-timeout=10",
        "--no-ws",
        "--log-level=error",  # a warning would be about so many threads
        "ledenbrug.site.wsgi:application",
    )


def answers(host: str, port: int, url: str) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        connection = http.client.HTTPConnection(reachable, port, timeout=5)
        connection.request("GET", "/health", headers={"Host": urlsplit(url).netloc})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
