"""To the log-in page, and back to where somebody was: also when that was noticed on sending a form."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


class LoginRequired(LoginRequiredMiddleware):
    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        return redirect_to_login(
            _where(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


def _where(request: HttpRequest) -> str:
    """An address that a form is sent to may show nothing; the page on which it stood does."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    if request.method in ("GET", "HEAD") or not page or not ours:
        return request.get_full_path()
    there = urlsplit(page)
    return f"{there.path}?{there.query}" if there.query else there.path
