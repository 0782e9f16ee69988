"""A member with a link in a browser without an account."""

import re
from typing import Any

from django.core import mail
from django.test import Client
from django.utils import timezone

from ledenbrug.members import letters, operations
from ledenbrug.members.models import Member


def mailed_to(*members: Member) -> list[str]:
    """The addresses in their mails, also where they were asked before."""
    here, now, so_far = members[0].association, timezone.now(), len(mail.outbox)
    found = Member.objects.filter(pk__in=[each.pk for each in members])
    operations.ask_to_fill_in(
        here, found, why="", language="nl", seen=len(members), again=len(members), by=None, now=now
    )  # fmt: skip
    letters.send(clock=timezone.now)
    by_address = {each.to[0]: each.body for each in mail.outbox[so_far:]}
    links = [re.search(r"https?://[^/\s]+(/fill-in/\S+)", by_address[each.email]) for each in members]
    return [found[1] for found in links if found]


def browser(**headers: str) -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en", **headers)  # type: ignore[arg-type]


def opened(link: str, client: Client | None = None) -> tuple[Client, Any]:
    client = client or browser()
    return client, client.get(link, follow=True)


def filled(client: Client, member: Member, **given: str) -> Any:
    """As the form stands on the screen, with these changed."""
    form = client.get(f"/fill-in/{member.pk}/").context
    values = {name: form["form"][name].value() or "" for name in form["form"].fields} | {"seen": str(form["seen"])}
    return client.post(f"/fill-in/{member.pk}/", values | given)
