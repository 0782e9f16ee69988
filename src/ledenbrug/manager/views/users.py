"""Settings, Users: who works for the association, in which role."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ledenbrug.manager import people, words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.settings import InviteForm, RoleForm
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.members.models import Assignment, Role


@screen(May.ADMINISTER)
def users(request: Request) -> HttpResponse:
    rows = (
        Assignment.objects.filter(association=request.here.association).select_related("user").order_by("user__email")
    )
    return page(request, "users", rows=list(rows))


@screen(May.ADMINISTER)
def invite(request: Request) -> HttpResponse:
    form = InviteForm(request.POST or None, initial={"role": Role.TREASURER})
    if request.method == "POST" and form.is_valid():
        try:
            people.invite(
                association=request.here.association,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                by=request.user,
            )
        except people.AlreadyHere:
            form.add_error("email", _("This address has a role here already."))
        except people.NotSent:
            _tell_not_sent(request)
            return go(request, "users")
        else:
            said = _("An invitation is on its way to %(email)s. The link in it works for three days.")
            return go(request, "users", said=said % {"email": form.cleaned_data["email"]})
    return page(request, "user_invite", status=asked(request), form=form, abilities=words.ROLES)


@screen(May.ADMINISTER)
def change(request: Request, assignment: int) -> HttpResponse:
    it = own(Assignment.objects.select_related("user", "association"), request.here.association, pk=assignment)
    form = RoleForm(request.POST if "role" in request.POST else None, initial={"role": it.role})
    if request.method == "POST":
        try:
            said = _changed(request, it, form)
        except people.LastAdministrator:
            warn(request, _("This is the only administrator. Make somebody else one first."))
            said = ""
        except people.NotSent:
            _tell_not_sent(request)
            said = ""
        if said:
            return go(request, "users", said=said)
    return page(request, "user_edit", status=asked(request), form=form, it=it, abilities=words.ROLES)


def _changed(request: Request, it: Assignment, form: RoleForm) -> str:
    """What was done, in a sentence; empty when nothing was."""
    if "send" in request.POST:
        people.send(it, by=request.user)
        return _("The invitation is sent again.")
    if "remove" in request.POST:
        people.withdraw(it)
        return _("%(user)s no longer has access.") % {"user": it.user}
    if not form.is_valid():
        return ""
    people.change_role(it, role=Role(form.cleaned_data["role"]))
    return _("Saved.")


def _tell_not_sent(request: Request) -> None:
    warn(
        request,
        _("The role is given, but the invitation could not be sent. Open the user later and send it again."),
    )
