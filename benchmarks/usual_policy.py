"""What links usually do, beside what ours does, in one run: `.venv/bin/python benchmarks/usual_policy.py`.

The usual policy, from its description: saving a member sets a flag; a job sends every flagged member with one call
after another, whether anything that goes over differs or not; on 429 it sleeps until the time in the answer; what the
answer says is stored after it arrived; the package gives the number. It is not anybody's code.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ledenbrug.bench.house import house
from ledenbrug.bench.machine import machine

SECONDS = 5


@dataclass
class UsualPolicy:
    """One administration; members by number, their contact's id once there is one."""

    url: str
    token: str
    flagged: list[int]
    contacts: dict[int, str] = field(default_factory=dict)
    slept: float = 0.0

    def run(self, client: Any, body: Callable[[int], dict[str, object]]) -> None:
        """One round: everyone with a flag, one after another. An error of the connection ends it."""
        for number in list(self.flagged):
            answer = self._until_taken(client, number, body(number))
            self.contacts[number] = answer.json()["id"]
            self.flagged.remove(number)

    def _until_taken(self, client: Any, number: int, body: dict[str, object]) -> Any:
        contact = self.contacts.get(number)
        method, path = ("PATCH", f"/contacts/{contact}.json") if contact else ("POST", "/contacts.json")
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            answer = client.request(method, self.url + path, json=body, headers=headers)
            if answer.status_code != 429:
                return answer
            wait = max(float(answer.headers["Retry-After"]) - time.time(), 0) + 1
            self.slept += wait
            time.sleep(wait)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    scale = parser.parse_args(arguments).scale
    print(machine())
    print(f"{'':<44}{'usual policy':>14}{'ours':>14}")
    with house():
        from ledenbrug.bench.far_side import Ground

        ground = Ground(scale=scale)
        for measure in (saved_without_a_difference, under_a_limit, edit_behind_a_load, lost_answer):
            for what, usual, ours, unit in measure(ground):
                print(f"{what:<44}{usual:>14g}{ours:>14g} {unit}", flush=True)
    return 0


def saved_without_a_difference(ground: Any) -> list[tuple[str, float, float, str]]:
    """Everyone is saved, and a few really differ: the wave after an import or a bulk edit."""
    from django.db import transaction

    from ledenbrug.bench.far_side import asked, connect, round_due, settle
    from ledenbrug.members import cause
    from ledenbrug.members.models import Member

    members = ground.some(200)
    with ground.sandbox() as url:
        usual = usually(url, members)
        before = sum(asked(url).values())
        usual.flagged = list(range(members))
        send(usual)
        theirs = sum(asked(url).values()) - before
    with ground.sandbox() as url:
        connection = connect(url, members=members, matched=True)
        round_due(connection, "enable")
        settle(connection)
        before = sum(asked(url).values())
        with transaction.atomic():
            cause.set(cause.Cause.IMPORT)
            everyone = Member.objects.filter(association=connection.association)
            everyone.update(memo="saved")
            everyone.filter(number__in=["1", "2"]).update(city="Gent")
        settle(connection)
        ours = sum(asked(url).values()) - before
    return [(f"requests: {members} saved, 2 differ", theirs, ours, "")]


def under_a_limit(ground: Any) -> list[tuple[str, float, float, str]]:
    from ledenbrug.bench.far_side import a_worker, connect, leave, log, round_due, until
    from ledenbrug.sync import wake
    from ledenbrug.sync.models import Link

    slots = ground.some(50, least=10)
    members, limit = 3 * slots, f"{slots}/{SECONDS}"
    with ground.sandbox(limit=limit) as url:
        next_window()
        began = time.time()
        usually(url, members)
        theirs, refused = time.time() - began, sum(each["status"] == 429 for each in log(url))
    with ground.sandbox(limit=limit) as url, a_worker(LEDENBRUG_MONEYBIRD_LIMIT=limit):
        time.sleep(4)  # it is up
        connection = connect(url, members=members, matched=True)
        links = Link.objects.filter(association=connection.association).exclude(contact=None)
        next_window()
        began = time.time()
        round_due(connection, "enable")
        wake.connection(connection.id)
        until(lambda: links.count() == members, step=0.1)
        ours, met = time.time() - began, sum(each["status"] == 429 for each in log(url))
        leave(connection)
    best = float(members * SECONDS / slots)
    return [
        (f"{members} new under {limit} s (best: {best:g} s)", round(theirs, 1), round(ours, 1), "s"),
        ("… refused with 429", refused, met, ""),
    ]


def edit_behind_a_load(ground: Any) -> list[tuple[str, float, float, str]]:
    """A person saves one member just after another association's load began; 20 ms a call."""
    from ledenbrug.bench.far_side import BOOKS, OTHER_BOOKS, a_worker, connect, edit, leave, log, round_due, until
    from ledenbrug.members.models import Member
    from ledenbrug.sync import wake
    from ledenbrug.sync.models import Link

    members = ground.some(400, least=20)
    with ground.sandbox(delay=20) as url:
        saved = time.time()
        usually(url, members)
        theirs = log(url, method="POST")[-1]["at"] - saved  # flagged last, sent last
    with ground.sandbox(delay=20, administrations=(BOOKS, OTHER_BOOKS)) as url, a_worker():
        mine = connect(url, members=1, matched=True)
        bulk = connect(url, members=members, administration=OTHER_BOOKS, matched=True)
        links = Link.objects.exclude(contact=None)
        for each, least in ((mine, 1), (bulk, 5)):
            round_due(each, "enable")
            wake.connection(each.id)
            until(partial(reached, links.filter(association=each.association), least))
        member = Member.objects.get(association=mine.association)
        _, saved = edit(member, city="Gent")
        until(lambda: bool(log(url, method="PATCH")), step=0.2)
        ours = log(url, method="PATCH")[0]["at"] - saved
        leave(mine, bulk)
    return [(f"an edit during a load of {members} others", round(theirs, 2), round(ours, 3), "s")]


def lost_answer(ground: Any) -> list[tuple[str, float, float, str]]:
    """The contact is made and the answer never comes. The next night the flag is still there."""
    import contextlib

    from httpx2 import HTTPError

    from ledenbrug.bench.far_side import arm, asked, connect, round_due, settle

    fault = {"kind": "lost_answer", "match": "POST /contacts"}

    def made(url: str) -> int:
        return sum(n for what, n in asked(url).items() if what.startswith("POST") and what.endswith("/contacts"))

    with ground.sandbox() as url:
        arm(url, fault)
        usual = UsualPolicy(books(url), token(), [0])
        with contextlib.suppress(HTTPError):
            send(usual)
        send(usual)
        theirs = made(url)
    with ground.sandbox() as url:
        arm(url, fault)
        connection = connect(url, members=1, matched=True)
        round_due(connection, "enable")
        settle(connection)
        ours = made(url)
    return [("contacts for one member, one answer lost", theirs, ours, "")]


def usually(url: str, members: int) -> UsualPolicy:
    policy = UsualPolicy(books(url), token(), list(range(members)))
    send(policy)
    return policy


def send(policy: UsualPolicy) -> None:
    from ledenbrug.bench.pushes import bodies
    from ledenbrug.wire.http import open_client

    made = bodies(max(policy.flagged) + 1, "U")
    for each in made:
        del each["contact"]["customer_id"]  # type: ignore[attr-defined]  # the package gives the number
    with open_client() as client:
        policy.run(client, lambda number: made[number])


def books(url: str) -> str:
    from ledenbrug.bench.far_side import BOOKS

    return f"{url}/api/v2/{BOOKS}"


def token() -> str:
    from ledenbrug.bench.far_side import TOKEN

    return TOKEN


def reached(rows: Any, least: int) -> bool:
    return bool(rows.count() >= least)


def next_window() -> None:
    time.sleep(SECONDS - time.time() % SECONDS + 0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
