"""A full round over everybody where nothing differs: on stored digests, and after a settings change.

Each is done by a process that does nothing else, so that its memory is the round's.
"""

from datetime import UTC, datetime

from ledenbrug.bench.alone import alone
from ledenbrug.bench.far_side import Ground, connect, counted, leave, round_due
from ledenbrug.bench.figure import Figure, at_most, told
from ledenbrug.core.records import Field
from ledenbrug.sync import packages, reading
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection, Link

NOWHERE = "http://127.0.0.1:9"


def measure(ground: Ground) -> list[Figure]:
    members = ground.some(100_000)
    connection = connect(NOWHERE, members=members, matched=True)
    in_step(connection)
    counted()
    stored = _round(connection)
    Connection.objects.filter(id=connection.id).update(revision=connection.revision + 1)
    changed = _round(connection)
    leave(connection)
    return [
        at_most(f"full round, {members} members unchanged, stored digests", stored["seconds"], "s", 1),
        told("… of which this process worked; the rest is the database, and waiting for a core", stored["worked"], "s"),
        at_most("… most memory of that process", stored["most"], "MB", 150),
        at_most("full round after a settings change that changes nothing", changed["seconds"], "s", 5),
        told("… of which this process worked", changed["worked"], "s"),
        at_most("… most memory of that process", changed["most"], "MB", 150),
        told("… of which the program itself, before it begins", changed["before"], "MB"),
    ]


def _round(connection: Connection) -> dict[str, float]:
    round_due(connection, "nightly")
    return alone("full_round", str(connection.id))


def in_step(connection: Connection) -> None:
    """As after a load: every link there, with what was sent and the digest of the records behind it."""
    now, fingerprint = datetime.now(UTC), fingerprinter()
    translation = packages.get(connection.package).translation
    rows: list[Link] = []
    for read in reading.differing(connection, now=now):
        sent = {each.value: fingerprint(each, value) for each, value in read.desired.values.items()}
        rows.append(
            Link(
                association_id=connection.association_id, package=connection.package,
                administration=connection.administration, payer=read.desired.payer, contact=f"c{read.desired.payer}",
                number=read.desired.values[Field.CUSTOMER_NUMBER], sent=sent, translation=translation,
                source=read.digest, version="1", sent_at=now,
            )
        )  # fmt: skip
    Link.objects.bulk_create(rows, batch_size=2000)
    Connection.objects.filter(id=connection.id).update(looked_revision=connection.revision)
