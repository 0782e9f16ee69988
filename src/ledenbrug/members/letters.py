"""Mails members the personal link by which they fill in fields themselves; to their own address, never to a payer's.

A link is made when its mail is handed over, and then only the mail holds it. No letter goes twice: where nobody knows
whether the server took it, because a worker died or the connection broke off, it is left at that, and told. What
certainly did not leave waits and is tried again; a server that takes nothing is asked again in a minute. No more are
handed over in an hour than the operator says.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import DateField, DateTimeField, F, Func, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, RowNumber
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledenbrug.members import filling
from ledenbrug.members.handing import PerhapsSent
from ledenbrug.members.models import FillRequest
from ledenbrug.members.tasks import CLOSING

AT_ONCE = 100
LASTS = timedelta(seconds=50)
"""Then the next minute's turn goes on, of whichever worker is free."""
AGAIN_AFTER = timedelta(minutes=10)
AN_HOUR = timedelta(hours=1)
PATIENCE = 3
"""Times what a person waits for the mail server: nobody sits before this."""
TOO_MUCH = 421
"""The server hangs up."""
log = logging.getLogger(__name__)


def send(*, clock: Callable[[], datetime]) -> int:
    """What waits, for as long as a turn lasts. Returns how many the mail server took."""
    sent, until = 0, clock() + LASTS
    while clock() <= until and not CLOSING.is_set() and (rows := _waiting(now=clock())):
        before = sent
        try:
            with get_connection(timeout=PATIENCE * settings.EMAIL_TIMEOUT) as server:
                for each in rows:
                    sent += _sent(each, server, clock=clock)
                    if clock() > until or CLOSING.is_set():
                        break
        except OSError as trouble:  # it is away, or takes no more over this connection
            log.warning("requests to fill in could not be sent", extra={"trouble": type(trouble).__name__})
        if sent == before:
            break
    return sent


def _sent(asked: FillRequest, server: Any, *, clock: Callable[[], datetime]) -> bool:
    token = secrets.token_urlsafe(32)
    digest = filling.digest_of(token)
    if not _noted(asked, digest, now=clock()):
        return False  # withdrawn or asked anew since it was read
    try:
        server.send_messages([letter(asked, token)])
    except (OSError, ValueError) as trouble:  # ValueError: this is no address for a mail
        if not isinstance(trouble, PerhapsSent):
            _mailed(digest).update(digest=None, failed=_for_good(trouble))
        if _cut(trouble):
            raise
        log.warning("a request to fill in could not be sent", extra={"trouble": type(trouble).__name__})
        return False
    return bool(_mailed(digest).update(sent_at=clock()))


def letter(asked: FillRequest, token: str) -> EmailMessage:
    association, asks = _one_line(str(asked.association)), asked.round
    answers = asks.by.email if asks.by else ""
    with translation.override(asks.language):
        subject = _("Do you fill in your details at %(association)s?") % {"association": association}
        context = {
            "name": _one_line(asked.member.given_name),
            "association": association,
            "why": asks.why,
            "until": date_format(asks.until, "DATE_FORMAT"),
            "link": settings.LEDENBRUG_URL + reverse("own_page_enter", args=[token]),
            "answers": answers,
        }
        body = render_to_string("members/mail/fill_in.txt", context)
    return EmailMessage(subject, body, to=[asked.member.email], reply_to=[answers] if answers else None)


def unsent(*, now: datetime) -> QuerySet[FillRequest]:
    """Not to whom a status was given a meaning since by which one is no longer asked; no link that opens no more."""
    reached = Q(member__status=None) | Q(
        member__status__archived=False, member__status__hidden=False, member__status__deceased=False
    )
    there = Func(F("association__time_zone"), Value(now), function="timezone", output_field=DateTimeField())
    opens = {"ended_at": None, "failed": False, "round__until__gte": Cast(there, DateField())}
    return FillRequest.objects.filter(reached, digest=None, **opens)


def _waiting(*, now: datetime) -> Sequence[FillRequest]:
    """The longest untried first, so that a mailbox that is away holds nobody up; of each association in turn, so that
    thousands of one do not hold up the single letter of another."""
    untried = unsent(now=now).filter(Q(tried_at=None) | Q(tried_at__lt=now - AGAIN_AFTER))
    oldest = [F("tried_at").asc(nulls_first=True), F("round").asc(), F("pk").asc()]
    turn = Window(RowNumber(), partition_by=F("association"), order_by=oldest)
    chosen = untried.annotate(turn=turn).order_by("turn", "association").values_list("pk", flat=True)[: _room(now)]
    places = {pk: place for place, pk in enumerate(chosen)}
    rows = FillRequest.objects.filter(pk__in=places).select_related("association", "member", "round__by")
    return sorted(rows, key=lambda each: places[each.pk])


def _room(now: datetime) -> int:
    tried = FillRequest.objects.filter(tried_at__gt=now - AN_HOUR).count()
    return min(AT_ONCE, max(0, settings.LEDENBRUG_MAILS_AN_HOUR - tried))


def _noted(asked: FillRequest, digest: str, *, now: datetime) -> bool:
    as_read = {"round": asked.round_id, "tried_at": asked.tried_at, "digest": None, "ended_at": None}
    return FillRequest.objects.filter(pk=asked.pk, **as_read).update(digest=digest, tried_at=now) == 1


def _mailed(digest: str) -> Any:
    """The request, if this is still its link."""
    return FillRequest.objects.filter(digest=digest)


def _for_good(trouble: Exception) -> bool:
    """Whether it is of no use to try this address again."""
    if isinstance(trouble, SMTPRecipientsRefused):
        return all(code >= 500 for code, said in trouble.recipients.values())
    return isinstance(trouble, ValueError)


def _cut(trouble: Exception) -> bool:
    """Whether nothing more goes over this connection."""
    if isinstance(trouble, SMTPResponseException):
        return trouble.smtp_code == TOO_MUCH
    return isinstance(trouble, SMTPServerDisconnected) or not isinstance(trouble, SMTPException | ValueError)


def _one_line(text: str) -> str:
    return " ".join(text.split())
