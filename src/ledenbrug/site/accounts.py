"""How people log in, where allauth asks: nobody signs up by themselves, an admin invites.

It must not decide what a person may see; roles do.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.views import PasswordResetView
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes: by the name alone anybody could lock somebody out from afar."""


class PasswordReset(PasswordResetView):
    """An address that nobody has gets a letter too, so a mail server that is away tells nothing of who has one."""

    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        try:
            answer: HttpResponse = super().form_valid(form)
        except OSError as trouble:  # of the mail server
            log.warning("a letter could not be sent", extra={"trouble": type(trouble).__name__})
            form.add_error(None, _("The mail could not be sent. Try again in a few minutes."))
            answer = self.form_invalid(form)
        return answer


def own_address(request: HttpRequest) -> HttpResponse:
    """Nobody gives an account another address: a role is given to an address, and went to whoever took it first."""
    raise Http404


def username_of(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """The name axes counts failures under: what was typed in the login form, in one spelling."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or request.POST.get("login", "")
    return typed.strip().casefold()


def address_of(request: HttpRequest) -> str:
    """The client's address, through as many proxies as the operator says are his."""
    from django.conf import settings

    remote: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.LEDENBRUG_PROXIES
    if not proxies:
        return remote
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-proxies] if len(hops) >= proxies else remote
