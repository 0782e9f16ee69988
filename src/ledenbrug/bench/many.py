"""A thousand connections on one machine, of which one percent of the members changes in a day; one worker.

Its time is without a limit; how long a limit makes of it is a sum, and told beside it.
"""

import json
import time
from datetime import UTC, datetime

from ledenbrug.bench.far_side import TOKEN, Ground, a_worker, connect, counted, leave, log, until
from ledenbrug.bench.figure import Figure, told
from ledenbrug.bench.pushes import bodies
from ledenbrug.bench.rounds import in_step
from ledenbrug.core.records import PayerKey
from ledenbrug.members.models import Member
from ledenbrug.sync.models import Connection, Link
from ledenbrug.wire.http import open_client

MEMBERS = 100
PER_WINDOW, WINDOW = 150, 300


def measure(ground: Ground) -> list[Figure]:
    many = ground.some(1000)
    ids = [str(500000000000000000 + n) for n in range(many)]
    with ground.sandbox(administrations=ids) as url:
        connections = [connect(url, members=MEMBERS, administration=each, matched=True) for each in ids]
        counted()
        for each in connections:
            in_step(each)
        counted()
        changed = _contacts(url, connections)
        with a_worker():
            time.sleep(3)
            began = time.monotonic()
            Member.objects.filter(id__in=changed).update(city="Gent")
            until(lambda: len(log(url, method="PATCH")) >= many, seconds=900, step=0.5)
            pushed = time.monotonic() - began
            began, due = time.monotonic(), Connection.objects.filter(id__in=[each.id for each in connections])
            due.update(round_due_at=datetime.now(UTC), round_cause="settings")
            until(lambda: not due.exclude(round_due_at=None).exists(), seconds=900, step=0.5)
            rounds = time.monotonic() - began
        leave(*connections)
    hours = many / PER_WINDOW * WINDOW / 3600
    return [
        told(f"{many} connections of {MEMBERS} members, 1 % changed: all sent by one worker in", pushed, "s"),
        told(f"… under the limit of {PER_WINDOW} in {WINDOW} s they take, at the least", hours, "hours"),
        told(f"… a full round of all {many} by one worker", rounds, "s"),
    ]


def _contacts(url: str, connections: list[Connection]) -> list[int]:
    """One member of each has a contact there, who can be changed. Those members."""
    headers, members = {"Authorization": f"Bearer {TOKEN}"}, []
    with open_client() as client:
        for each, body in zip(connections, bodies(len(connections), "LID"), strict=True):
            made = client.post(f"{url}/api/v2/{each.administration}/contacts.json", json=body, headers=headers)
            member = Member.objects.filter(association=each.association_id).earliest("id")
            contact = json.loads(made.content)["id"]
            link = Link.objects.filter(association=each.association_id, payer=PayerKey(f"m{member.id}"))
            link.update(contact=contact)
            members.append(member.id)
    return members
