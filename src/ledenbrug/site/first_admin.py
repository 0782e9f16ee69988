"""The first account of an installation: one page, reached by a link that works while nobody can log in.

It must not be a way in afterwards: with one account there, the link is dead.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, password_validation
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from ledenbrug.manager.forms.settings import LONGEST_EMAIL
from ledenbrug.manager.sentences import of_record
from ledenbrug.members.models import User
from ledenbrug.members.refusals import Fault
from ledenbrug.members.validation import Unfit, line
from ledenbrug.site.founding import found

SALT = "first-admin"
LOCK = 0x1EDE_0002


def link() -> str | None:
    """None when somebody can log in already."""
    if User.objects.exists():
        return None
    return settings.LEDENBRUG_URL + reverse("first_admin", args=[signing.dumps("first", salt=SALT)])


class FirstAdminForm(forms.Form):
    association = forms.CharField(label=_("Name of the association"), max_length=200)
    name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=_("You log in with it."), max_length=LONGEST_EMAIL
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters; a short sentence is easy to remember."),
    )

    def clean_association(self) -> str:
        try:
            return line(self.cleaned_data["association"])
        except Unfit as unfit:
            raise forms.ValidationError(of_record(Fault(unfit.reason))) from None

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "password" in cleaned:
            person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


@login_not_required
@never_cache
@sensitive_post_parameters()
def first_admin(request: HttpRequest, token: str) -> HttpResponse:
    try:
        signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    if User.objects.exists():
        return redirect("account_login")
    form = FirstAdminForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _make(form.cleaned_data)
        if user is None:
            return redirect("account_login")
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return redirect("/")
    return render(request, "site/first_admin.html", {"form": form})


def _make(said: dict[str, Any]) -> User | None:
    """None for the slower of two who used the link at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if User.objects.exists():
            return None
        user = User.objects.create_user(said["email"], said["password"], name=said["name"])
        found(said["association"], admin=user)
        return user
