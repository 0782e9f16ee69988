"""Puts some contacts into the sandboxes, as a treasurer who kept the books by hand would have left them.

It knows no package: every sandbox takes a personal token, and every package writes contacts through the same port.
They go into the first administration there, which is the newcomer's to link.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ledenbrug.core.errors import Trouble
from ledenbrug.core.line import Line
from ledenbrug.core.port import Administration, Package
from ledenbrug.core.records import Field, Values
from ledenbrug.demo.association import FIRST_NUMBER
from ledenbrug.demo.people import Person, Stage, people
from ledenbrug.sync import packages
from ledenbrug.wire.http import HttpLine, open_client

SECONDS = 30
TOKEN = "LEDENBRUG_DEMO_TOKEN"  # noqa: S105 - the name of a variable


def prepare() -> None:
    for package in packages.offered():
        if packages.setting(package.name, "URL") and os.environ.get(TOKEN):
            _listens(packages.url(package.name))
            _fill(package)


def _listens(url: str) -> None:
    """It was started a moment ago, beside us; on a busy machine it may need some more."""
    there, end = urlsplit(url), time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection((there.hostname or "", there.port or 80), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def administrations(package: Package) -> Sequence[Administration]:
    with _line(package) as line:
        return package.administrations(line)


def _fill(package: Package) -> None:
    with _line(package) as line:
        try:
            books = package.books(line, package.administrations(line)[0].id, {}, package.groups)
            stand = list(contacts(package))
            if books.find(stand[0][Field.CUSTOMER_NUMBER]) is None:
                for values in stand:
                    books.create(values)
        except Trouble as trouble:  # the story goes on without them
            sys.stderr.write(f"No contacts at {package.label} to begin with: {trouble.reason}\n")


@contextmanager
def _line(package: Package) -> Iterator[Line]:
    with open_client() as client:
        yield HttpLine(
            url=packages.url(package.name),
            client=client,
            token=lambda: os.environ[TOKEN],
            renew=None,
            pace={},
            clock=lambda: datetime.now(UTC),
            user_agent="Ledenbrug demo",
            is_login_problem=package.is_login_problem,
        )


def contacts(package: Package) -> Iterator[Values]:
    """The same and different in every way that matching knows."""
    everybody = [each for each in people(first=FIRST_NUMBER) if each.stage is Stage.MEMBER and each.email]
    same, moved, by_mail, by_home, twice = everybody[:5]
    number = Field.CUSTOMER_NUMBER

    def ours(person: Person) -> str:
        return package.number(package.prefix, str(person.number))

    yield {**_contact(same), number: ours(same)}
    elsewhere = replace(moved.home, address="Oude Kade 7", postcode="1234 ZZ")
    yield {**_contact(replace(moved, home=elsewhere)), number: ours(moved)}
    yield {**_contact(by_mail), Field.ADDRESS: "", Field.POSTCODE: "", Field.CITY: "", number: "20017"}
    yield {**_contact(by_home), Field.EMAIL: "", number: "20018"}
    yield {**_contact(twice), number: "20019"}
    yield {**_contact(twice), Field.ADDRESS: "Oude Kade 9", number: "20020"}
    yield {Field.COMPANY: "Drukkerij Verzonnen B.V.", Field.EMAIL: "info@drukkerij.example", number: "20021"}


def _contact(person: Person) -> dict[Field, str]:
    return {
        Field.FIRST_NAME: person.given_name,
        Field.LAST_NAME: f"{person.infix} {person.last_name}".strip(),
        Field.ADDRESS: person.home.address,
        Field.POSTCODE: person.home.postcode,
        Field.CITY: person.home.city,
        Field.COUNTRY: "NL",
        Field.EMAIL: person.email,
    }
