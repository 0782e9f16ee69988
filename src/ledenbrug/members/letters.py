"""Mails members the personal link by which they fill in fields themselves; to their own address, never to a payer's.

A link is made when its mail leaves, and then only the mail holds it. What cannot be sent waits for the next minute;
after a crash a mail may come twice, and the newest counts.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledenbrug.members import filling
from ledenbrug.members.models import FillRequest

AT_ONCE = 100
AGAIN_AFTER = timedelta(minutes=10)
log = logging.getLogger(__name__)


def send(*, clock: Callable[[], datetime]) -> int:
    """All that wait. Returns how many the mail server took."""
    sent = 0
    try:
        while rows := _waiting(now=clock()):
            with get_connection() as server:
                sent += sum(_sent(each, server, clock=clock) for each in rows)
    except OSError as trouble:  # the mail server is away; the next minute tries again
        log.warning("requests to fill in could not be sent", extra={"trouble": type(trouble).__name__})
    return sent


def _sent(asked: FillRequest, server: Any, *, clock: Callable[[], datetime]) -> bool:
    token = secrets.token_urlsafe(32)
    digest = filling.digest_of(token)
    if not _noted(asked, digest, now=clock()):
        return False  # withdrawn or asked anew since it was read
    try:
        server.send_messages([letter(asked, token)])
    except (OSError, ValueError) as trouble:  # ValueError: this is no address for a mail
        _mailed(digest).update(digest=None, failed=_for_good(trouble))
        if not isinstance(trouble, SMTPException | ValueError) or isinstance(trouble, SMTPServerDisconnected):
            raise
        log.warning("a request to fill in could not be sent", extra={"trouble": type(trouble).__name__})
        return False
    return bool(_mailed(digest).update(sent_at=clock()))


def letter(asked: FillRequest, token: str) -> EmailMessage:
    association, answers = _one_line(str(asked.association)), asked.by.email if asked.by else ""
    with translation.override(asked.language):
        subject = _("Do you fill in your details at %(association)s?") % {"association": association}
        context = {
            "name": _one_line(asked.member.given_name),
            "association": association,
            "why": asked.why,
            "until": date_format(asked.until, "DATE_FORMAT"),
            "link": settings.LEDENBRUG_URL + reverse("own_page_enter", args=[token]),
            "answers": answers,
        }
        body = render_to_string("members/mail/fill_in.txt", context)
    return EmailMessage(subject, body, to=[asked.member.email], reply_to=[answers] if answers else None)


def unsent(*, now: datetime) -> QuerySet[FillRequest]:
    return FillRequest.objects.filter(sent_at=None, ended_at=None, failed=False, until__gte=now.date())


def _waiting(*, now: datetime) -> Sequence[FillRequest]:
    """The longest untried first, so that a mailbox that is away holds nobody up."""
    untried = Q(tried_at=None) | Q(tried_at__lt=now - AGAIN_AFTER)
    in_order = unsent(now=now).filter(untried).order_by(F("tried_at").asc(nulls_first=True), "asked_at", "pk")
    return list(in_order.select_related("association", "member", "by")[:AT_ONCE])


def _noted(asked: FillRequest, digest: str, *, now: datetime) -> bool:
    as_read = {"asked_at": asked.asked_at, "tried_at": asked.tried_at, "sent_at": None, "ended_at": None}
    return FillRequest.objects.filter(pk=asked.pk, **as_read).update(digest=digest, tried_at=now) == 1


def _mailed(digest: str) -> Any:
    """The request, if this is still its link."""
    return FillRequest.objects.filter(digest=digest)


def _for_good(trouble: Exception) -> bool:
    """Whether it is of no use to try this address again."""
    if isinstance(trouble, SMTPRecipientsRefused):
        return all(code >= 500 for code, said in trouble.recipients.values())
    return isinstance(trouble, ValueError)


def _one_line(text: str) -> str:
    return " ".join(text.split())
