"""Finds a port to listen on: the one asked for, or the next free one where nobody asked.

It must not listen there: who does is started later, and the web server shares a port without a word. Two who start in
the same second are kept apart by a name per port, which falls free with the process. Another program may still take the
port between finding and using it, and then that says so.
"""

import socket
import sys

from ledenbrug.site.postgres.errors import CannotStart

TRIES = 100
_names: list[socket.socket] = []


def choose(host: str, wanted: int, *, insist: bool) -> int:
    port = claimed(host, wanted)
    if port:
        return port
    if insist:
        raise CannotStart(f"Port {wanted} of {host} is in use. Choose another with --port, or leave it out.")
    for port in range(wanted + 1, wanted + TRIES):
        if claimed(host, port):
            return port
    raise CannotStart(f"No port of {host} from {wanted} to {wanted + TRIES} is free. Choose one with --port.")


def claimed(host: str, port: int) -> int:
    """The port, or the one the system gives when asked for 0; 0 when it cannot be had.

    The name goes first: looking whether a port is free takes it for a moment, perhaps from who is just starting.
    """
    if not port or not sys.platform.startswith("linux"):  # names that are no files are known there alone
        return bindable(host, port)
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        name.bind(f"\0ledenbrug {host} {port}")
    except OSError:
        name.close()
        return 0
    if bindable(host, port):
        _names.append(name)
        return port
    name.close()
    return 0


def bindable(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return 0
        own: int = probe.getsockname()[1]
        return own
