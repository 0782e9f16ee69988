"""Notices: one mail a cause, none lost, and nobody's name in it."""

import pytest
from django.core import mail
from django.test import override_settings

from ledenbrug.core.reasons import Reason
from ledenbrug.members.models import Member
from ledenbrug.sync import notices
from ledenbrug.sync.models import Connection
from tests.members.factories import a_member, a_status, a_user
from tests.sync.stage import Stage, enable

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "infix": "de", "last_name": "Vries", "email": "anna@brug.example"}


def test_one_notice_goes_out_per_cause_and_one_when_it_is_over(off: Stage) -> None:
    a_user(off.association, "treasurer", email="penningmeester@brug.example")
    Connection.objects.filter(id=off.connection.id).update(enabled=True, waiting=Reason.WITHDRAWN)
    for _ in range(2):
        notices.note(now=off.now)
        notices.send(now=off.now)
    assert [each.to for each in mail.outbox] == [["penningmeester@brug.example"]]
    Connection.objects.filter(id=off.connection.id).update(waiting="")
    for _ in range(2):
        notices.note(now=off.now)
        notices.send(now=off.now)
    assert len(mail.outbox) == 2


def test_a_mail_server_that_is_down_loses_no_notice(off: Stage) -> None:
    a_user(off.association, "treasurer")
    Connection.objects.filter(id=off.connection.id).update(enabled=True, waiting=Reason.WITHDRAWN)
    notices.note(now=off.now)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1):
        assert notices.send(now=off.now) == 0
    assert notices.send(now=off.now) == 1
    assert len(mail.outbox) == 1


def test_a_notice_names_no_member(off: Stage) -> None:
    a_user(off.association, "treasurer")
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    Member.objects.filter(id=anna.id).update(status=a_status(off.association, "Oud-lid"))
    off.turn()
    notices.note(now=off.now)
    notices.send(now=off.now)
    (message,) = mail.outbox
    assert "Vries" not in f"{message.subject}{message.body}"
    assert f"/{off.association.slug}/settings/integrations/memory/{off.connection.id}/" in message.body
