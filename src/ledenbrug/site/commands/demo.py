"""Runs an installation with an invented association and the stand-in servers, to look around.

It must not know the story: `ledenbrug.demo.story` tells it, in a process of its own, once the tables are there. What
that writes to its output is what a person needs to log in.
"""

import os
import secrets
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from ledenbrug.site import packages, ports, start, web
from ledenbrug.site.commands.run import choose_port, public_url, say
from ledenbrug.site.crew import Crew, own_environment, python, run_once, until_stopped

HOST = "127.0.0.1"
FIRST_SANDBOX_PORT = 8101
STORY = "ledenbrug.demo.story"
LIMIT = "150/60"  # a minute instead of the five of the real thing: nobody wants to wait that long to look around


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    os.environ.setdefault("LEDENBRUG_HOME", str(Path.cwd() / ".demo"))
    begun = time.monotonic()
    port = choose_port(HOST, options.port)
    crew = Crew(say)
    with until_stopped() as stop:
        try:
            sandboxes = _start_sandboxes(crew)
            say(f"Starting the database in {os.environ['LEDENBRUG_HOME']} …")
            with start.database():
                code = _play(crew, port, sandboxes, stop, begun)
                crew.end()
        finally:
            crew.end()
    say("Stopped.")
    return code


def _play(crew: Crew, port: int, sandboxes: Mapping[str, str], stop: threading.Event, begun: float) -> int:
    own = own_environment(**sandboxes, LEDENBRUG_PORT=str(port), DJANGO_SETTINGS_MODULE=start.SETTINGS)
    words = ""
    for step in ("ledenbrug.site.prepare", STORY):
        if find_spec(step) is None:
            continue
        code, words = run_once(python(step), own, stop)
        if code or stop.is_set():
            return 0 if stop.is_set() else code
    say("Starting the web server and a worker …")
    crew.add("web", web.command(HOST, port), own)
    crew.add("worker", python("ledenbrug.site.work"), own)
    url = public_url(port)
    crew.keep(stop, ready=lambda: web.answers(HOST, port, url))
    if not stop.is_set():
        say(f"\nLedenbrug is at {url}   (ready in {time.monotonic() - begun:.0f} s; Ctrl-C stops everything)")
        for name in packages.sandboxes():
            say(f"{name.replace('_', ' ').title()}, the sandbox, is at {sandboxes[_variable(name, 'URL')]}")
        say(f"\n{words}" if words else "")
    crew.keep(stop)
    return 0


def _start_sandboxes(crew: Crew) -> dict[str, str]:
    """One of each; the settings that send Ledenbrug there instead of to the real thing."""
    token = secrets.token_hex(16)  # hex: must not begin with a dash
    settings = {"LEDENBRUG_DEMO_TOKEN": token}
    port = FIRST_SANDBOX_PORT
    for name in packages.sandboxes():
        port = ports.choose(HOST, port, insist=False)
        client, secret = "ledenbrug-demo", secrets.token_hex(16)
        command = python("ledenbrug", "sandbox", name, "--port", str(port))
        command += ["--client-id", client, "--client-secret", secret, "--token", token, "--limit", LIMIT]
        say(f"Starting the sandbox of {name.replace('_', ' ').title()} …")
        crew.add(f"sandbox {name}", command, own_environment())
        settings[_variable(name, "URL")] = f"http://{HOST}:{port}"
        settings[_variable(name, "CLIENT_ID")] = client
        settings[_variable(name, "CLIENT_SECRET")] = secret
        settings[_variable(name, "LIMIT")] = LIMIT
        port += 1
    return settings


def _variable(package: str, key: str) -> str:
    return f"LEDENBRUG_{package.upper()}_{key}"


def _options(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="ledenbrug demo", description="Everything, with an invented association.")
    parser.add_argument("--port", type=int, help="port of the site (8000 or the next free one)")
    return parser.parse_args(arguments)
