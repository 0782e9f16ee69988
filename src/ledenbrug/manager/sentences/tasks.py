"""Why what was asked of many members came to nothing, beside what is wrong with a file or a record."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "differs": _("Members changed in the meantime. Nothing was done: look at the numbers again."),
    "applied": _("This import was written already, was thrown away, or is too old. Look at the list of members."),
    "unreadable": _("What was asked cannot be read any more. Nothing was written: ask it anew."),
    "not_allowed": _("Who asked for this may not change members here any more. Nothing was written."),
    "stopped": _("Somebody stopped it. Nothing was written."),
    "erased": _(
        "Somebody was erased who may have stood in it, so it was thrown away. Nothing was written: ask it anew."
    ),
    "given_up": _(
        "It was interrupted three times, so it was given up. Nothing was written. Try it with fewer at a time, and "
        "tell whoever runs Ledenbrug."
    ),
    "broken": _(
        "Something went wrong that should not. Nothing was written. Tell whoever runs Ledenbrug, and try again."
    ),
}
