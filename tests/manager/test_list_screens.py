"""A screen with a list asks the database as often for one row as for three and for three hundred."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledenbrug.manager.urls import urlpatterns
from ledenbrug.members.models import ImportProposal, Role
from ledenbrug.sync.selecting import STATES
from tests.manager import rows
from tests.manager.front import Front, a_front
from tests.manager.test_who_may_see_what import POSTS, SHARED

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Screen:
    """`fill` puts so many rows more on it."""

    fill: Callable[[Front, int], object]
    query: str = ""
    parts: Callable[[Front], Mapping[str, Any]] = lambda front: {}
    """What its address names beside the member, the status or the connection of the front."""
    typing: bool = False
    several: int = 0
    """Questions besides, when there are several rows: what one answer would settle together."""


def of_members(query: str, fill: Callable[[Front, int], object] = rows.members, **more: Any) -> Screen:
    return Screen(fill, query, **more)


FIELDS = "status,since,phone,birth_date,gender,c1"
EVERYBODY = "all=1&city=Delft"
LISTS: Mapping[str, Screen] = {
    "dashboard": Screen(rows.connections),
    "dashboard, statuses": Screen(rows.statuses),
    "members": of_members(""),
    "members, while typing": of_members("q=vos", typing=True),
    "members, every column": of_members(f"columns={FIELDS}"),
    "members, sorted": of_members("sort=-since"),
    "members, by status": of_members("status={status}"),
    "members, by place": of_members("city=delft"),
    "members, by a field that is empty": of_members("missing=phone"),
    "members, since": of_members("from=1999-01-01&until=2001-01-01"),
    **{f"members, {state}": of_members(f"connected={state}", rows.standing) for state in STATES},
    "members, with selections": Screen(rows.selections),
    "members, with own fields": Screen(rows.own_fields),
    "member": Screen(rows.of_one_member),
    "member, own fields": Screen(rows.own_fields),
    "member_add": Screen(rows.own_fields),
    "member_edit": Screen(rows.own_fields),
    "member_merge": Screen(rows.of_one_member, parts=lambda front: {"member": _other(front), "other": front.member.pk}),
    "deleted": Screen(rows.deleted),
    "former": Screen(rows.former),
    "coming": Screen(rows.coming),
    "duplicates": Screen(rows.twice),
    "proposals": Screen(rows.proposed),
    "import": Screen(rows.files),
    "import_preview": Screen(rows.files, parts=lambda front: {"proposal": ImportProposal.objects.latest("id").pk}),
    "selections": Screen(rows.selections),
    "bulk_changes": Screen(rows.bulk_changes),
    "bulk_status": of_members(EVERYBODY + "&to={other_status}&start=2026-01-01"),
    "bulk_field": of_members(EVERYBODY + "&field=city&value=Adorp"),
    "bulk_delete": of_members(EVERYBODY),
    "bulk_ask": of_members(EVERYBODY, rows.askable),
    "bulk_ask, again": of_members("asked=unanswered&all=1", rows.asked),
    "bulk_withdraw": of_members("asked=unanswered&all=1", rows.asked),
    "members, not answered": of_members("asked=unanswered", rows.asked),
    "rounds": Screen(rows.rounds),
    "export": Screen(rows.own_fields, EVERYBODY),
    "statuses": Screen(rows.statuses),
    "status_edit": Screen(rows.own_fields),
    "custom_fields": Screen(rows.own_fields),
    "administrations": Screen(rows.administrations),
    "users": Screen(rows.users),
    "integrations": Screen(partial(rows.connections, package="moneybird")),
    "package": Screen(rows.connections),
    "connection, left": Screen(rows.left),
    "connection, held": Screen(rows.held),
    "connection, bank accounts": Screen(rows.accounts, several=3),
    "connection, refused": Screen(rows.refused),
    "connection, differences": Screen(rows.differences),
    "connection, steps": Screen(rows.steps),
    "connection, off": Screen(rows.previewed),
    "progress": Screen(rows.steps),
    "preview": Screen(rows.previewed),
    "preview, one kind": Screen(rows.previewed, "kind=create"),
    "preview, searching": Screen(rows.previewed, "q=vos"),
    "preview, while typing": Screen(rows.previewed, "q=vos", typing=True),
    "doubles": Screen(rows.doubles),
    "journal": Screen(rows.steps),
    "questions, left": Screen(rows.left, parts=lambda front: {"reason": "left"}),
    "questions, held": Screen(rows.held, parts=lambda front: {"reason": "many_overwritten"}),
    "questions, refused": Screen(rows.refused, "group=address", parts=lambda front: {"reason": "invalid"}),
    "questions, side by side": Screen(rows.alike_there, parts=lambda front: {"reason": "looks_like"}, several=1),
    "left_out": Screen(rows.left_out),
    "differences": Screen(rows.differences),
}
"""A name begins with that of its address; what stands behind the comma is looked at besides."""
OF_ONE = {
    "member_status", "member_payer", "member_delete", "member_erase", "mandate_add", "mandate_end", "member_data",
    "note_add", "note", "iban", "proposal", "task", "round", "bulk_change", "settings", "status_add",
    "custom_field_add", "custom_field_edit", "custom_field_remove", "administration_add", "administration_edit",
    "user_invite", "user_edit", "connection_hold", "connection_remove",
}  # fmt: skip
"""Forms and questions about one thing."""
THERE_FIRST = {"connect", "grant", "reconnect", "connection_edit", "undo", "undoing"}
"""The package is asked before anything is shown."""


def _other(front: Front) -> int:
    (member,) = front.association.members.filter(last_name="Ander") or rows.members(front, 1, last_name="Ander")
    return member.pk


def address(front: Front, name: str, screen: Screen) -> str:
    url = next(each for each in urlpatterns if each.name == name.partition(",")[0])
    known = {"slug": front.slug, "member": front.member.pk, "status": front.status.pk, "package": "memory",
             "connection": front.connection.pk, **screen.parts(front)}  # fmt: skip
    parts = {each: known[each] for each in url.pattern.converters}
    query = screen.query.format(status=front.status.pk, other_status=rows.another_status(front).pk)
    return f"{reverse(f'manager:{url.name}', kwargs=parts)}?{query}"


def visit(client: Client, front: Front, name: str) -> tuple[int, int]:
    """How many questions it asks, and how long it is."""
    screen = LISTS[name]
    at, headers = address(front, name, screen), {"HX-Request": "true"} if screen.typing else {}
    client.get(at, headers=headers)
    with CaptureQueriesContext(database) as asked:
        answer = client.get(at, headers=headers)
    assert answer.status_code == 200
    return len(asked), len(answer.content)


@pytest.mark.parametrize("name", LISTS)
def test_it_asks_as_much_for_one_row_as_for_three_and_for_three_hundred(name: str) -> None:
    front = a_front()
    client = front.as_(Role.ADMIN)
    seen = []
    for more in (1, 2, 297):
        LISTS[name].fill(front, more)
        seen.append(visit(client, front, name))
    (one, short), (three, longer), (hundreds, longest) = seen
    assert (three, hundreds) == (one + LISTS[name].several,) * 2, seen
    assert short < longer <= longest, "what it was filled with is not on it"


def test_every_screen_with_a_list_is_held_to_it() -> None:
    held = {name.partition(",")[0] for name in LISTS}
    assert held | OF_ONE | THERE_FIRST | POSTS.keys() | SHARED == {str(each.name) for each in urlpatterns}
    assert not held & (OF_ONE | THERE_FIRST)
