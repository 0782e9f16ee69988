"""What an undo leaves as it is, and why."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "unknown_before": _("What stood there before is not known."),
    "changed_there": _("Somebody changed it at %(package)s since."),
    "changed_here": _("The membership record was changed since."),
    "written_since": _("It went over again since."),
    "gone": _("The contact is no longer there."),
    "archived": _("The contact is archived, and only a person can undo that, at %(package)s."),
    "left": _("No longer selected, or erased: nothing of this person is put back."),
    "deceased": _("Has died: the contact is frozen."),
}
