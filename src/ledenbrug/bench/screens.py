"""How long the server works on a screen of a large association, and with how many questions to the database.

Every screen is asked for as a person does, logged in, through all of Django; the network is left out.
"""

import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledenbrug.bench.far_side import BOOKS, Ground, connect, leave
from ledenbrug.bench.figure import Figure, at_most, percentile, told
from ledenbrug.bench.rounds import NOWHERE, in_step
from ledenbrug.members.models import Assignment, Member, Role, User
from ledenbrug.sync.models import Connection

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Address = Callable[[int], str]


def measure(ground: Ground) -> list[Figure]:
    members, visits = ground.some(50_000), ground.some(60, least=2)
    call_command("collectstatic", interactive=False, verbosity=0)
    connection = connect(NOWHERE, members=members, administration=BOOKS, matched=True)
    in_step(connection)
    with database.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = _logged_in(connection)
    figures = []
    for name, address in _screens(connection, members).items():
        took = [_visit(client, address(n)) for n in range(visits + 2)][2:]
        with CaptureQueriesContext(database) as captured:
            _visit(client, address(1))
        what = f"{name}, {members} members: p95 of {visits}"
        figures += [at_most(what, percentile(took, 0.95) * 1000, "ms", 100), told("… questions", len(captured), "")]
    leave(connection)
    return figures


def _screens(connection: Connection, members: int) -> dict[str, Address]:
    root = f"/{connection.association.slug}/"
    ids = list(Member.objects.filter(association=connection.association_id).order_by("id").values_list("id", flat=True))
    far, link = ids[-1], f"{root}settings/integrations/moneybird/{connection.id}/"
    return {
        "list of members": lambda n: f"{root}members/",
        "list, far down": lambda n: f"{root}members/?after={far - n * 50 if far - n * 50 >= ids[0] else far}",
        "list, searching a name": lambda n: f"{root}members/?q=invented{(n * 7919) % members + 1}",
        "list, searching what many have": lambda n: f"{root}members/?q=given{n % 9}",
        "page of a member": lambda n: f"{root}members/{ids[(n * 7919) % len(ids)]}/",
        "first page": lambda n: root,
        "page of the connection": lambda n: link,
    }


def _visit(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return took


def _logged_in(connection: Connection) -> Client:
    user = User.objects.create_user(f"bench{connection.id}@users.example", None)
    Assignment.objects.create(association=connection.association, user=user, role=Role.ADMIN)
    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="nl")
    client.force_login(user, backend=BACKEND)
    return client
