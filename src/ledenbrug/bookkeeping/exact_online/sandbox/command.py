"""The sandbox in the foreground: options in, one line when it listens, a clean stop at the end.

It holds no behaviour of the service; every option is passed on.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError

from ledenbrug.bookkeeping.exact_online.sandbox.running import (
    CLIENT_ID,
    CLIENT_SECRET,
    USUAL_DAY_LIMIT,
    USUAL_LIMIT,
    start,
)
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches
from ledenbrug.stage.limit import Limit, parse_limit
from ledenbrug.stage.running import in_foreground
from ledenbrug.stage.switching import add_options, from_options


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    try:
        sandbox = start(
            port=options.port,
            host=options.host,
            token=options.token,
            administrations=[one for text in options.administration for one in text.split(",") if one],
            limit=options.limit,
            day_limit=options.day_limit,
            delay=options.delay / 1000,
            client_id=options.client_id,
            client_secret=options.client_secret,
            redirect_uris=options.redirect_uri,
            contacts=options.contacts,
            switches=from_options(options, Switches),
        )
    except OSError as error:
        sys.stderr.write(f"Exact Online sandbox: port {options.port} cannot be used ({error.strerror})\n")
        return 1
    in_foreground("Exact Online sandbox", sandbox)
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="ledenbrug sandbox exact_online",
        description="An Exact Online of its own, in memory, for tests and newcomers.",
    )
    parser.add_argument("--port", type=int, default=0, help="0: any that is free (default)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--token", action="append", default=[], help="an access token that works for ever; repeatable")
    parser.add_argument("--administration", action="append", default=[], type=_codes, metavar="ID[,ID…]")
    parser.add_argument("--limit", type=_limit, default=parse_limit(USUAL_LIMIT), metavar="N/SECONDS|none")
    parser.add_argument("--day-limit", type=_limit, default=parse_limit(USUAL_DAY_LIMIT), metavar="N/SECONDS|none")
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="every answer takes this much longer")
    parser.add_argument("--client-id", default=CLIENT_ID)
    parser.add_argument("--client-secret", default=CLIENT_SECRET)
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="registered address; repeatable; none: any loopback one"
    )
    parser.add_argument("--contacts", type=int, default=0, metavar="N", help="start with N invented relations")
    add_options(parser, Switches)
    return parser


def _limit(text: str) -> Limit | None:
    try:
        return parse_limit(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _codes(text: str) -> str:
    if not all(one.strip().isdigit() for one in text.split(",")):
        raise ArgumentTypeError(f"a division is a whole number, not {text!r}")
    return text.replace(" ", "")
