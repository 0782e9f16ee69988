"""A mail server on a real socket that takes what comes, or refuses it, for tests."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

GREETING = ""
"""Stands for what is said before anything is asked."""
HANGS_UP = "hangs up"
USUAL = {GREETING: "220 here", "DATA": "354 go on"}


@dataclass
class MailServer:
    port: int
    taken: list[str] = field(default_factory=list)
    """Who each letter was for."""
    visits: int = 0

    def settings(self) -> dict[str, Any]:
        backend = "ledenbrug.members.handing.EmailBackend"
        return {
            "EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": self.port, "EMAIL_TIMEOUT": 2,
            "EMAIL_USE_TLS": False,
        }  # fmt: skip


@contextmanager
def mail_server(
    *, nobody: str = "", answers: Mapping[str, str] | None = None, at_most: int = 1000
) -> Iterator[MailServer]:
    """`answers` go before the usual ones, per command; an empty one is silence. `nobody` is an unknown address.
    It hangs up after `at_most` letters."""
    told = {**USUAL, **(answers or {})}

    class Visit(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            found.visits += 1
            self.say(told[GREETING])
            recipient, writing, before = "", False, len(found.taken)
            for line in self.rfile:
                words = line.decode().strip()
                command = words[:4].upper()
                if writing and words != ".":
                    continue
                if writing:
                    found.taken.append(recipient)
                if command == "MAIL" and len(found.taken) - before == at_most:
                    self.say("421 enough over this line")
                    return
                if command == "RCPT":
                    recipient = words.partition("<")[2].rstrip(">")
                unknown = command == "RCPT" and recipient == nobody
                answer = "550 unknown" if unknown else told.get(command, "250 fine")
                if answer == HANGS_UP:
                    return
                writing = answer.startswith("354")
                self.say(answer)

        def say(self, answer: str) -> None:
            if answer:
                self.wfile.write(f"{answer}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Visit) as server:
        found = MailServer(server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield found
        finally:
            server.shutdown()
