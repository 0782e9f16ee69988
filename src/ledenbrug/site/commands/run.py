"""Runs an installation: database, web server and workers as processes of their own, until told to stop.

It must not do their work: this process only starts, watches and stops.
"""

import sys
import threading
from argparse import ArgumentParser, Namespace

from ledenbrug.site import environment, ports, start, web
from ledenbrug.site.crew import Crew, own_environment, python, run_once, until_stopped


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    host = options.host or environment.text("HOST", "127.0.0.1")
    port = choose_port(host, options.port)
    with until_stopped() as stop, start.database():
        code = serve(host, port, options.workers, stop)
    say("Stopped.")
    return code


def serve(host: str, port: int, workers: int, stop: threading.Event) -> int:
    own = own_environment(LEDENBRUG_HOST=host, LEDENBRUG_PORT=str(port), DJANGO_SETTINGS_MODULE=start.SETTINGS)
    code, words = run_once(python("ledenbrug.site.prepare"), own, stop)
    if code or stop.is_set():
        return 0 if stop.is_set() else code
    crew = Crew(say)
    try:
        crew.add("web", web.command(host, port), own)
        for number in range(1, workers + 1):
            crew.add(f"worker {number}", python("ledenbrug.site.work"), own)
        url = public_url(port)
        crew.keep(stop, ready=lambda: web.answers(host, port, url))
        if not stop.is_set():
            say(f"Ledenbrug is at {url}   (Ctrl-C stops it)")
            sys.stdout.write(words)
            sys.stdout.flush()
        crew.keep(stop)
    finally:
        crew.end()
    return 0


def choose_port(host: str, asked: int | None, usual: int = 8000) -> int:
    insist = asked is not None or environment.optional("PORT") is not None
    wanted = asked if asked is not None else environment.number("PORT", usual, most=65535)
    port = ports.choose(host, wanted, insist=insist)
    if wanted not in (0, port):
        say(f"Port {wanted} is in use; taking {port}.")
    return port


def public_url(port: int) -> str:
    return environment.text("URL", f"http://127.0.0.1:{port}").rstrip("/")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _options(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="ledenbrug run", description="Database, web and worker, until Ctrl-C.")
    parser.add_argument("--host", help="address to listen on (LEDENBRUG_HOST, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (LEDENBRUG_PORT, 8000 or the next free one)")
    usual = environment.number("WORKERS", 1, most=64)
    parser.add_argument("--workers", type=int, default=usual, help="worker processes (LEDENBRUG_WORKERS)")
    return parser.parse_args(arguments)
