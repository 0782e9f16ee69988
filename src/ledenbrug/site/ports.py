"""Finds a port to listen on: the one asked for, or the next free one where nobody asked.

It must not keep the port: between finding and using it another program may take it, and then that says so.
"""

import socket

from ledenbrug.site.postgres.errors import CannotStart

TRIES = 100


def choose(host: str, wanted: int, *, insist: bool) -> int:
    port = bindable(host, wanted)
    if port:
        return port
    if insist:
        raise CannotStart(f"Port {wanted} of {host} is in use. Choose another with --port, or leave it out.")
    for port in range(wanted + 1, wanted + TRIES):
        if bindable(host, port):
            return port
    raise CannotStart(f"No port of {host} from {wanted} to {wanted + TRIES} is free. Choose one with --port.")


def bindable(host: str, port: int) -> int:
    """The port, or the one the system gives when asked for 0; 0 when it cannot be had."""
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
