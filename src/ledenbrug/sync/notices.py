"""One notice per cause, when it begins and, for a connection that stood still, when it is over: by e-mail, to the role.

No names of members in it, a link instead. "Sent" is recorded after sending: a crash may repeat a notice once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledenbrug.core.reasons import Reason
from ledenbrug.members.models import Assignment, Role
from ledenbrug.sync import packages
from ledenbrug.sync.models import Connection, Drift, Notified, Problem
from ledenbrug.sync.settle import FELL

STOPPED, ASKS, WARNS, PROPOSES = "stopped", "asks", "warns", "proposes"
DECLINED = f"{ASKS}:declined"
PATIENCE = timedelta(days=1)
"""How long a letter is tried that the mail server refuses: what it is about stands in the Manager too."""
log = logging.getLogger(__name__)
RETURNED = Q(verdict="", proposal__outcome="declined")
"""Theirs, that the member secretary did not take over."""
Key = tuple[int, str]
"""Connection and cause."""


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    body: str


def note(*, now: datetime) -> None:
    """Compares what is wrong with what was told, and writes down what is new and what is over. Five statements."""
    wrong = _wrong()
    told = {(each.connection_id, each.cause): each for each in Notified.objects.filter(over_at=None)}
    connections = Connection.objects.in_bulk({connection for connection, _ in wrong.keys() - told.keys()})
    Notified.objects.bulk_create(
        (
            Notified(
                association_id=connections[connection].association_id,
                connection_id=connection,
                cause=cause,
                number=wrong[connection, cause],
                began_at=now,
            )
            for connection, cause in wrong.keys() - told.keys()
        ),
        ignore_conflicts=True,
    )
    over = [told[key].id for key in told.keys() - wrong.keys()]
    if over:
        Notified.objects.filter(id__in=over).update(over_at=now)


def unsent() -> QuerySet[Notified]:
    """What was noted and not sent yet."""
    begun = Q(sent_at=None, over_at=None)
    over = Q(sent_at__isnull=False, over_at__isnull=False, over_sent_at=None, cause__startswith=STOPPED)
    return Notified.objects.filter(begun | over, connection__removed_at=None)


def send(*, now: datetime) -> int:
    """Returns how many. What the mail server does not take is tried again the next minute."""
    rows = list(unsent().select_related("connection__association").order_by("?")[:100])  # none stands before the others
    sent = 0
    if not rows:
        return sent
    try:
        with get_connection() as server:
            for each in rows:
                sent += _went(each, server, now=now)
    except OSError as trouble:  # the server is away: it is not asked for every one of them
        log.warning("notices could not be sent", extra={"trouble": type(trouble).__name__})
    return sent


def _went(notice: Notified, server: BaseEmailBackend, *, now: datetime) -> bool:
    recipients = _recipients(notice.association_id, Role.SECRETARY if notice.cause == PROPOSES else Role.TREASURER)
    message, went = _message(notice), False
    if recipients:
        try:
            send_mail(message.subject, message.body, None, recipients, connection=server)
            went = True
        except SMTPServerDisconnected:
            raise
        except (SMTPException, ValueError) as refused:  # this letter; ValueError: that is no address for a mail
            log.warning("a notice could not be sent", extra={"trouble": type(refused).__name__})
            if now < (notice.over_at or notice.began_at) + PATIENCE:
                return False
    Notified.objects.filter(id=notice.id).update(**{"over_sent_at" if notice.over_at else "sent_at": now})
    return went


def _wrong() -> dict[Key, int]:
    stopped = Connection.objects.filter(enabled=True, removed_at=None, waiting_until=None).exclude(waiting="")
    wrong: dict[Key, int] = {(key, f"{STOPPED}:{waiting}"): 0 for key, waiting in stopped.values_list("id", "waiting")}
    asked = (
        Problem.objects.filter(~Q(payer="") | Q(reason__in=FELL), closed_at=None, dismissed=False)
        .filter(connection__removed_at=None)
        .values_list("connection_id", "reason")
        .annotate(number=Count("id"))
    )
    wrong.update(
        {(connection, f"{ASKS}:{reason}"): 0 if reason in FELL else number for connection, reason, number in asked}
    )
    for cause, proposed in ((PROPOSES, Q(verdict="theirs", proposal__outcome="")), (DECLINED, RETURNED)):
        found = Drift.objects.filter(proposed, connection__removed_at=None).values_list("connection_id")
        wrong.update({(connection, cause): number for connection, number in found.annotate(number=Count("id"))})
    lapsing = Problem.objects.filter(reason=Reason.LAPSES, closed_at=None, connection__removed_at=None)
    wrong.update({(connection, WARNS): 0 for connection in lapsing.values_list("connection_id", flat=True)})
    return wrong


def _recipients(association: int, role: Role) -> list[str]:
    """Those with the role; without one, the administrators."""
    rows = Assignment.objects.filter(association=association, role__in=(role, Role.ADMIN), user__is_active=True)
    people = list(rows.values_list("role", "user__email"))
    asked = [email for each, email in people if each == role]
    return asked or [email for _, email in people]


def _message(notice: Notified) -> Message:
    connection = notice.connection
    package = packages.get(connection.package).label
    path = reverse("manager:connection", args=[connection.association.slug, connection.package, connection.id])
    words = {
        "package": package,
        "administration": connection.administration_name,
        "address": settings.LEDENBRUG_URL + path,
        "number": notice.number,
    }
    with translation.override(settings.LANGUAGE_CODE):
        if notice.cause.startswith(STOPPED):
            return _recovered(words) if notice.over_at else _stopped(words)
        if notice.cause == WARNS:
            return _lapses(words)
        if notice.cause == PROPOSES:
            there = reverse("manager:proposals", args=[connection.association.slug])
            return _proposes({**words, "address": settings.LEDENBRUG_URL + there})
        if not notice.number:
            return _asks_of_all(words)
        return _asks(words)


def _stopped(words: dict[str, object]) -> Message:
    return Message(
        _("The connection with %(package)s stands still") % words,
        _(
            "Nothing goes over to %(administration)s in %(package)s until somebody does something. "
            "What it is and what helps stands here:\n\n%(address)s\n\n"
            "Nothing is lost: changes in the membership records go over as soon as the connection runs again."
        )
        % words,
    )


def _lapses(words: dict[str, object]) -> Message:
    return Message(
        _("The permission at %(package)s is about to end") % words,
        _(
            "For weeks it could not be renewed, because %(package)s did not answer. Connect again to keep it: until "
            "when that helps stands here.\n\n%(address)s"
        )
        % words,
    )


def _recovered(words: dict[str, object]) -> Message:
    return Message(
        _("The connection with %(package)s runs again") % words,
        _("Changes go over to %(administration)s in %(package)s again.\n\n%(address)s") % words,
    )


def _proposes(words: dict[str, object]) -> Message:
    return Message(
        _("The treasurer proposes a change in the membership records"),
        ngettext(
            "Something was changed at %(package)s that may have to be changed in a member's record too. "
            "Nothing changes until you say yes.\n\n%(address)s",
            "%(number)s things were changed at %(package)s that may have to be changed in the members' records too. "
            "Nothing changes until you say yes.\n\n%(address)s",
            int(str(words["number"])),
        )
        % words,
    )


def _asks_of_all(words: dict[str, object]) -> Message:
    return Message(
        _("The connection with %(package)s has a question") % words,
        _(
            "So much is suddenly missing that nothing is concluded from it before somebody looked. What it is stands "
            "here:\n\n%(address)s"
        )
        % words,
    )


def _asks(words: dict[str, object]) -> Message:
    return Message(
        _("The connection with %(package)s has a question") % words,
        ngettext(
            "One contact in %(administration)s waits for your decision; the others go on.\n\n%(address)s",
            "%(number)s contacts in %(administration)s wait for your decision, all for the same reason; "
            "the others go on.\n\n%(address)s",
            int(str(words["number"])),
        )
        % words,
    )
