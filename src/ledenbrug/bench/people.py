"""Preview of a first run, and who is who among the contacts that are there already.

The reading of the contacts is left out: that is the package's speed, not ours.
"""

import time

from ledenbrug.bench.alone import alone
from ledenbrug.bench.far_side import Ground, connect, leave
from ledenbrug.bench.figure import Figure, at_most, told
from ledenbrug.core.match import match
from ledenbrug.core.port import Remote
from ledenbrug.core.records import ContactId, Field, PayerKey, Values


def preview(ground: Ground) -> list[Figure]:
    members, there = ground.some(10_000), ground.some(2_000)
    with ground.sandbox(contacts=there) as url:
        connection = connect(url, members=members)
        found = alone("preview", str(connection.id))
        leave(connection)
    return [
        at_most(f"preview of {found['rows']:g} members, {there} contacts there", found["seconds"], "s", 2),
        told("… of which this process worked; the rest is the database, and waiting for a core", found["made"], "s"),
        told("… opening it again, as the screen does", found["opened"], "s"),
        told("… most memory of that process", found["most"], "MB"),
    ]


def matching(ground: Ground) -> list[Figure]:
    """A third the same, a third written differently, a third strangers; names as often alike as in a town."""
    many = ground.some(5_000)
    desired = {PayerKey(f"m{n}"): _person(n) for n in range(many)}
    remotes = [Remote(ContactId(str(n)), "1", _seen_there(n, many)) for n in range(many)]
    began, worked = time.perf_counter(), time.process_time()
    matches = match(desired, remotes)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    known = len(matches.certain) + len(matches.likely) + len(matches.ambiguous)
    return [
        at_most(f"matching of {many} members and {many} contacts", took, "s", 5),
        told("… of which this process worked", worked, "s"),
        told("… members for whom it found somebody", known, "members"),
    ]


def _person(n: int) -> dict[Field, str]:
    return {
        Field.FIRST_NAME: ("Anna", "Bram", "Cato", "Daan", "Evi", "Fer", "Gijs")[n % 7],
        Field.LAST_NAME: f"van {_word(n % 900)}",
        Field.EMAIL: f"lid{n}@leden.example",
        Field.POSTCODE: f"{1000 + n % 400} AB",
        Field.ADDRESS: f"Brugweg {n % 150}",
        Field.CITY: "Brugge",
        Field.CUSTOMER_NUMBER: f"LID-{n}",
    }


def _seen_there(n: int, many: int) -> Values:
    if n % 3 == 2:
        return {**_person(n + 10 * many), Field.CUSTOMER_NUMBER: f"K{n}", Field.LAST_NAME: f"de {_word(n)}"}
    values = {**_person(n), Field.CUSTOMER_NUMBER: f"K{n}"}
    if n % 3 == 1:
        values |= {Field.EMAIL: "", Field.LAST_NAME: values[Field.LAST_NAME].upper().replace("VAN ", "v. ")}
    return values


def _word(n: int) -> str:
    """An invented name; another for every number."""
    parts = ("bro", "ka", "lin", "mee", "no", "ster", "vel", "wij", "zan", "duin")
    return "".join(parts[int(digit)] for digit in str(n)).capitalize()
