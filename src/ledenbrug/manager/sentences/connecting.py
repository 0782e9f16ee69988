"""What a person did, or can mend, while connecting, changing and removing a connection."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "state_wrong": _(
        "This answer of %(package)s does not belong to a question of ours, or was used already. Nothing is saved. "
        "Begin again with Add connection."
    ),
    "expired": _("It took too long, so the permission has lapsed. Begin again with Add connection."),
    "wrong_user": _("Somebody else began this connection. Begin again with Add connection, under your own name."),
    "no_administration": _(
        "The user you logged in with at %(package)s cannot reach any administration. Nothing is saved. "
        "Log in there as somebody who can, or have yourself invited there first."
    ),
    "other_administration": _(
        "This connection belongs to the administration %(expected)s at %(package)s, and the permission you gave "
        "reaches %(administration)s. Nothing was changed. Log in at %(package)s as somebody who can reach %(expected)s."
    ),
    "taken_own": _(
        "The connection of %(by)s writes into this administration already. Two connections would overwrite each "
        "other, so choose another administration or change that connection."
    ),
    "taken_other": _(
        "This administration is in use by a connection outside your association, so it cannot be chosen here."
    ),
    "enabled_already": _(
        "This financial administration has an enabled connection already: %(by)s. Disable that one first."
    ),
    "no_status": _("Tick at least one member status: without one nobody would go over."),
    "not_usable": _("This administration is suspended or archived at %(package)s. Choose another one."),
    "not_configured": _(
        "This installation has no application registered at %(package)s yet. Ask whoever runs it, or paste a personal "
        "token if you have one."
    ),
    "login_needed": _("%(package)s no longer lets us in. Connect again to give permission once more."),
    "undoing": _("A run is being taken back. Wait until that is done, or stop it."),
    "too_old": _(
        "This run cannot be taken back any more: that was done already, or what stood there before is no longer kept."
    ),
    "not_proposable": _(
        "This cannot be taken over into the membership records (%(group)s): there is no place for it there, or a "
        "mandate belongs with it. Let ours hold, ignore this field, or change the member."
    ),
    "somebody_else": _("You changed this account number yourself, so somebody else says yes to it: %(who)s."),
    "not_now": _("Something else happened to this connection in the meantime. Look at how it stands now."),
    # how the permission ended when it was removed
    "revoked": _("The permission at %(package)s was withdrawn."),
    "shared": _("The permission at %(package)s stays: another connection uses it."),
    "by_hand": _("Withdraw the permission at %(package)s yourself, under the applications that have access there."),
}
