"""Who works for an association: inviting, giving another role, taking it away.

Somebody keeps the keys at all times: the last administrator stays one. It must not send or show a password.
"""

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from ledenbrug.members.models import Assignment, Association, Role, User
from ledenbrug.members.operations.writing import held_association, in_one_go

log = logging.getLogger(__name__)


class LastAdministrator(Exception):
    """There would be nobody left who can invite others."""


class AlreadyHere(Exception):
    """This address has a role already."""


class NotSent(Exception):
    """The mail server did not take the invitation; the role is given all the same."""


def invite(*, association: Association, email: str, name: str, role: Role, by: User) -> Assignment:
    """Gives the role, makes the account where there is none, and mails how to come in."""
    with transaction.atomic():
        user = account(email, name=name)
        assignment, made = Assignment.objects.get_or_create(association=association, user=user, defaults={"role": role})
        if not made:
            raise AlreadyHere
        transaction.on_commit(lambda: send(assignment, by=by))
    return assignment


def account(email: str, *, name: str = "") -> User:
    """The one there is, else a new one without a password."""
    return User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, name=name)


def way_in(user: User) -> str:
    """Where somebody with an account logs in, or chooses the password that is still missing."""
    if user.has_usable_password():
        return settings.LEDENBRUG_URL + "/"
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return settings.LEDENBRUG_URL + path


def send(assignment: Assignment, *, by: User) -> None:
    """Only to the address itself: whoever holds the link can choose the password."""
    user = assignment.user
    context = {
        "association": assignment.association,
        "role": assignment.get_role_display(),
        "by": by,
        "link": way_in(user),
        "new": not user.has_usable_password(),
    }
    subject = " ".join((_("Invitation for %(association)s") % {"association": assignment.association}).split())
    try:
        send_mail(subject, render_to_string("manager/mail/invitation.txt", context), None, [user.email])
    except OSError as trouble:
        log.warning("an invitation could not be sent", extra={"trouble": type(trouble).__name__})
        raise NotSent from None


def change_role(assignment: Assignment, *, role: Role) -> None:
    with in_one_go():
        if role != Role.ADMIN:
            _somebody_else_administers(assignment)
        Assignment.objects.filter(pk=assignment.pk).update(role=role)


def withdraw(assignment: Assignment) -> None:
    """The account stays: it may belong to other associations, and the journal names it."""
    with in_one_go():
        _somebody_else_administers(assignment)
        assignment.delete()


def _somebody_else_administers(assignment: Assignment) -> None:
    held_association(assignment.association_id)
    admins = Assignment.objects.filter(association=assignment.association_id, role=Role.ADMIN, user__is_active=True)
    if not admins.exclude(pk=assignment.pk).exists() and admins.exists():
        raise LastAdministrator
