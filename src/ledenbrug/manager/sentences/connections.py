"""What stops a connection as a whole."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "members_fell": _(
        "Far fewer members are selected than before: %(now)s, and it was %(before)s. Is that right? Nobody is touched "
        "until you say so."
    ),
    "contacts_fell": _(
        "%(package)s shows far fewer contacts than we know: %(now)s, and it was %(before)s. Nothing is made again "
        "until you say so."
    ),
    "withdrawn": _("%(package)s no longer lets us in: the permission was withdrawn. Connect again to go on."),
    "consent_refused": _(
        "Permission was not given at %(package)s, so nothing was connected and nothing is saved. "
        "You can try again whenever you like."
    ),
    "code_used": _(
        "This permission was used already, perhaps because the page was loaded twice. Begin again with Add connection."
    ),
    "key_refused": _("%(package)s does not know this client id and secret. Look at them again, both whole."),
    "scope_missing": _("The permission that was given does not cover this. Connect again and allow what is asked."),
    "no_access": _("The user who gave permission may not do this at %(package)s. Connect again as an owner there."),
    "administration_gone": _("The administration no longer exists at %(package)s, or nobody let us in there."),
    "lapses": _(
        "The permission could not be renewed for weeks, because %(package)s did not answer. It ends on %(day)s. "
        "Connect again before that day."
    ),
    "suspended": _("The administration is suspended at %(package)s. Settle that there; it then goes on by itself."),
    "plan_limit": _("The subscription at %(package)s does not cover this. Look at your account there."),
    "unreachable": _("%(package)s cannot be reached at the moment. Nothing is lost: try again in a few minutes."),
    "no_answer": _("%(package)s did not answer in time. Nothing is lost: try again in a few minutes."),
    "not_json": _("%(package)s gave an answer that could not be read. Nothing is lost: try again in a few minutes."),
    "package_error": _("%(package)s reported an error of its own. Nothing is lost: try again in a few minutes."),
    "limited": _("%(package)s asked us to wait a little. Nothing is lost; it goes on by itself."),
    "too_early": _("%(package)s needs a moment after the last change. It goes on by itself."),
    "off": _("The connection is off. It goes over when somebody enables it."),
    "budget": _(
        "The requests that %(package)s allows are used up for the moment. Nothing is lost; it goes on by itself."
    ),
    "busy": _(
        "The connection with %(package)s is busy with something else that takes long. Nothing is lost: try again in a "
        "moment. If it stays so, tell whoever runs this installation."
    ),
    "key_lost": _("The key that protects the permission was lost on this server. Connect again to go on."),
    "module_off": _("The module is switched off for your association, so nothing goes over."),
    "restored": _(
        "This server was restored from a backup or copied, so the connection is off until you enable it. "
        "Do that only if the original no longer runs."
    ),
}
