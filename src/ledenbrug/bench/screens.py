"""How long the server works on every screen of a large association, and with how many questions to the database.

Each is asked for as a person does, logged in, through all of Django; the network is left out. Which screens there are
stands in `places`.
"""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledenbrug.bench import large, places
from ledenbrug.bench.far_side import BOOKS, Ground, connect, leave, swept
from ledenbrug.bench.figure import Figure, at_most, percentile
from ledenbrug.bench.past import Past, leave_behind
from ledenbrug.bench.rounds import NOWHERE, in_step
from ledenbrug.members.models import Assignment, MemberStatus, Role, User
from ledenbrug.sync.models import Connection, ConnectionStatus, Touched

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MOST, MOST_WHILE_TYPING = 100, 50


def measure(ground: Ground) -> list[Figure]:
    members, visits = ground.some(50_000, least=300), ground.some(40, least=2)
    call_command("collectstatic", interactive=False, verbosity=0)
    client, there = _stage(members)
    screens = places.screens(there)
    if forgotten := places.forgotten(screens):
        raise RuntimeError(f"not measured: {', '.join(sorted(forgotten))}")
    typing = places.while_typing(there)
    figures = [
        _figure(client, name, at, visits, typing=name in typing)
        for name, at in {**screens, **typing}.items()
        if re.search(ground.only, name)
    ]
    leave(there.connection, there.off)
    return figures


def _stage(members: int) -> tuple[Client, Past]:
    now = datetime.now(UTC)
    connection = connect(NOWHERE, members=0, administration=BOOKS, matched=True)
    large.fill(connection.association, members=members, now=now)
    youth = MemberStatus.objects.of(connection.association_id).get(name="Jeugdlid")
    ConnectionStatus.objects.create(association=connection.association, connection=connection, status=youth)
    in_step(connection)
    Touched.objects.filter(connection=connection).delete()
    client, assignment = _logged_in(connection)
    there = leave_behind(connection, assignment, now=now)
    swept()
    return client, there


def _figure(client: Client, name: str, at: places.Address, visits: int, *, typing: bool = False) -> Figure:
    headers = {"HX-Request": "true"} if typing else {}
    visited = [_visit(client, at(n), headers) for n in range(visits + 2)][2:]
    took, worked = ([each[part] * 1000 for each in visited] for part in (0, 1))
    with CaptureQueriesContext(database) as captured:
        _visit(client, at(1), headers)
    what = f"{name}: {len(captured)} questions, we worked {percentile(worked, 0.5):.0f} ms, p95 of {visits}"
    return at_most(what, percentile(took, 0.95), "ms", MOST_WHILE_TYPING if typing else MOST)


def _visit(client: Client, address: str, headers: Mapping[str, str]) -> tuple[float, float]:
    """How long it took, and of that how long this process worked."""
    began, worked = time.perf_counter(), time.process_time()
    answer = client.get(address, headers=headers)
    took = time.perf_counter() - began, time.process_time() - worked
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return took


def _logged_in(connection: Connection) -> tuple[Client, Assignment]:
    user = User.objects.create_user(f"bench{connection.id}@users.example", None)
    assignment = Assignment.objects.create(association=connection.association, user=user, role=Role.ADMIN)
    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="nl")
    client.force_login(user, backend=BACKEND)
    return client, assignment
