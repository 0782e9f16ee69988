"""Every address of the Manager, asked by every role and by somebody of another association."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from ledenbrug.manager.urls import urlpatterns
from ledenbrug.members import operations
from ledenbrug.members.models import (
    Assignment,
    BulkChange,
    FillRequest,
    FillRound,
    ImportProposal,
    Note,
    ProposedChange,
    Role,
    SavedSelection,
    Task,
)
from ledenbrug.sync.models import Drift, Grant, GrantState, Link, Problem, Run
from tests.manager.front import Front, a_front, a_period, an_outsider, logged_in
from tests.members.factories import a_custom_field, a_member

pytestmark = pytest.mark.django_db

A, T, S, C = Role.ADMIN, Role.TREASURER, Role.SECRETARY, Role.AUDITOR
ALL, NOBODY = {A, T, S, C}, set()
SHARED = {"associations", "authorize"}
"""Pages that belong to no association."""

MAY: dict[str, set[str]] = {
    "dashboard": ALL,
    "members": {A, T, S},
    "member": {A, T, S},
    "member_add": {A, S},
    "former": {A, S},
    "coming": {A, T, S},
    "deleted": {A, S},
    "import": {A, S},
    "import_preview": {A, S},
    "task": {A, S},
    "task_stop": {A, S},
    "export": {A, S},
    "alike": {A, S},
    "duplicates": {A, S},
    "member_merge": {A, S},
    "member_erase": {A, S},
    "bulk_changes": {A, S},
    "columns": {A, T, S},
    "selections": {A, T, S},
    "selection_save": {A, T, S},
    "selection_change": {A, S},  # and who made it
    "selection_remove": {A, S},
    "bulk_status": {A, S},
    "bulk_field": {A, S},
    "bulk_delete": {A, S},
    "bulk_ask": {A, S},
    "bulk_withdraw": {A, S},
    "rounds": {A, S},
    "round": {A, S},
    "ask_withdraw": {A, S},
    "bulk_change": {A, S},
    "bulk_undo": {A, S},
    "member_edit": {A, S},
    "member_status": {A, S},
    "period_remove": {A, S},
    "member_payer": {A, S},
    "member_delete": {A, S},
    "member_restore": {A, S},
    "mandate_add": {A, T, S},
    "mandate_end": {A, T, S},
    "member_data": {A, S},
    "note_add": {A, S},
    "note": {A},  # and who wrote it
    "iban": {A, T, S},
    "settings": {A},
    "statuses": {A},
    "status_add": {A},
    "status_edit": {A},
    "custom_fields": {A},
    "custom_field_add": {A},
    "custom_field_edit": {A},
    "custom_field_archive": {A},
    "custom_field_remove": {A},
    "administrations": {A},
    "administration_add": {A},
    "administration_edit": {A},
    "users": {A},
    "user_invite": {A},
    "user_edit": {A},
    "integrations": ALL,
    "package": ALL,
    "connect": {A, T},
    "grant": {A, T},
    "connection": ALL,
    "connection_edit": {A, T},
    "connection_hold": {A, T},
    "connection_remove": {A, T},
    "reconnect": {A, T},
    "act": {A, T},
    "progress": ALL,
    "preview": {A, T},
    "preview_export": {A, T},
    "doubles": {A, T},
    "journal": {A, T, C},
    "undo": {A, T},
    "undoing": ALL,
    "settle": {A, T},
    "questions": {A, T},
    "left_out": {A, T},
    "take_back": {A, T},
    "settle_drift": {A, T},
    "differences": {A, T},
    "settle_column": {A, T},
    "proposals": {A, S},
    "proposal": {A, S},
    "answer_proposals": {A, S},
}
POSTS = {
    "alike": 200,
    "columns": 302,
    "selection_save": 302,
    "selection_change": 302,
    "selection_remove": 302,
    "bulk_undo": 302,
    "task_stop": 302,
    "act": 302,
    "settle": 404,
    "preview_export": 302,
    "take_back": 302,
    "settle_drift": 302,
    "settle_column": 302,
    "answer_proposals": 302,
    "period_remove": 302,
    "member_restore": 302,
    "ask_withdraw": 302,
    "custom_field_archive": 302,
}
"""Addresses that only take a press of a button, with what an empty press answers those who may."""


def names() -> list[str]:
    return [str(each.name) for each in urlpatterns if isinstance(each, URLPattern) and each.name not in SHARED]


def proposed(front: Front) -> ProposedChange:
    now = timezone.now()
    draft = operations.draft_change(front.member, values={"city": "Adorp"}, origin="elsewhere", by=None, now=now)
    operations.propose_changes([draft])
    return draft


def parts(front: Front) -> dict[str, object]:
    """One of everything that stands in an address."""
    payer = f"m{front.member.pk}"
    link = Link.objects.create(
        association=front.association,
        package="memory",
        administration=front.connection.administration,
        payer=payer,
        contact="c1",
    )
    now = timezone.now()
    saved = SavedSelection.objects.create(association=front.association, by=None, name="Koor", query="q=", shared=True)
    asks = FillRound.objects.create(association=front.association, at=now, until=now.date(), asked=2)
    FillRequest.objects.create(member=front.member, association=front.association, round=asks)
    of_connection = {"association": front.association, "connection": front.connection}
    return {
        "member": front.member.pk,
        "other": a_member(front.association, status=front.status).pk,
        "saved": saved.pk,
        "period": a_period(front).pk,
        "mandate": front.mandate.pk,
        "round": asks.pk,
        "note": Note.objects.create(association=front.association, member=front.member, at=now, text="n").pk,
        "status": front.status.pk,
        "field": a_custom_field(front.association, archived=True).pk,
        "administration": front.books.pk,
        "assignment": Assignment.objects.create(
            association=front.association, user=an_outsider(), role=Role.AUDITOR
        ).pk,
        "proposal": ImportProposal.objects.create(
            association=front.association,
            created_at=now,
            ready_at=now,
            expires_at=now + timedelta(days=365),
            counts={},
        ).pk,
        "proposed": proposed(front).pk,
        "task": Task.objects.create(association=front.association, kind="status", key="k", asked_at=now).pk,
        "change": BulkChange.objects.create(
            association=front.association, kind="delete", key="k", count=1, at=now, written_at=now
        ).pk,
        "package": "memory",
        "connection": front.connection.pk,
        "grant": Grant.objects.create(
            association=front.association,
            package="memory",
            url="memory:",
            tokens=front.grant.tokens,
            state=GrantState.GIVEN,
            created_at=now,
        ).pk,
        "action": "disable",
        "run": Run.objects.create(**of_connection, cause="enable", day=now.date(), started_at=now).pk,
        "problem": Problem.objects.create(**of_connection, payer=payer, reason="left", opened_at=now).pk,
        "reason": "left",
        "drift": Drift.objects.create(**of_connection, link=link, group="email", found_at=now).pk,
    }


def addresses(front: Front) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    known = parts(front)
    for each in urlpatterns:
        if isinstance(each, URLPattern) and each.name not in SHARED:
            wanted = each.pattern.converters
            chosen = {name: known[name] for name in wanted if name != "slug"}
            if each.name in ("member_restore", "member_erase"):
                chosen["member"] = front.gone.pk
            yield str(each.name), reverse(f"manager:{each.name}", kwargs={"slug": front.slug, **chosen})


def ask(client: Client, name: str, address: str) -> int:
    if name in POSTS:
        data = {"verdict": "ignore"} if name == "settle_drift" else {}
        return client.post(address, data).status_code
    return client.get(address).status_code


def test_the_table_names_every_address() -> None:
    assert sorted(MAY) == sorted(names())


@pytest.mark.parametrize("role", [A, T, S, C])
def test_a_role_sees_exactly_what_the_table_says(front: Front, role: str) -> None:
    client = front.as_(role)
    told = {name: ask(client, name, address) for name, address in addresses(front)}
    expected = {name: POSTS.get(name, 200) if role in MAY[name] else 403 for name in told}
    assert told == expected


def test_for_somebody_of_another_association_nothing_is_there(front: Front) -> None:
    client = logged_in(an_outsider())
    told = {name: ask(client, name, address) for name, address in addresses(front)}
    assert set(told.values()) == {404}


def test_what_is_not_there_looks_the_same_as_what_is_another_associations(front: Front) -> None:
    client = logged_in(an_outsider())
    there, nowhere = client.get(front.person), client.get("/no-such-association/members/1/")
    assert there.status_code == nowhere.status_code == 404
    assert len(there.content) - len(front.person) == len(nowhere.content) - len("/no-such-association/members/1/")


def test_a_row_of_another_association_is_not_reached_through_ones_own(front: Front) -> None:
    """The address begins with their own association and names a row of the other."""
    theirs = a_front()
    client = theirs.as_(Role.ADMIN)
    told = {}
    for name, address in addresses(front):
        if address.count("/") > 3 and any(part.isdecimal() for part in address.split("/")):
            told[name] = ask(client, name, address.replace(f"/{front.slug}/", f"/{theirs.slug}/", 1))
    assert len(told) > 20
    assert set(told.values()) == {404}


def test_a_stranger_is_sent_to_the_login_page(front: Front) -> None:
    for name, address in addresses(front):
        answer = Client().post(address) if name in POSTS else Client().get(address)
        assert (name, answer.status_code) == (name, 302)
        assert answer["Location"].startswith("/account/login/")


def test_a_button_is_not_pressed_by_looking(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    for name, address in addresses(front):
        if name in POSTS:
            assert (name, client.get(address).status_code) == (name, 405)


def test_the_treasurer_sees_no_date_of_birth_and_no_memo(front: Front) -> None:
    page = front.as_(Role.TREASURER).get(front.person).content.decode()
    assert "anna@leden.example" in page
    assert "1990" not in page
    assert "Zingt in het koor" not in page
    assert "Zingt in het koor" in front.as_(Role.SECRETARY).get(front.person).content.decode()
