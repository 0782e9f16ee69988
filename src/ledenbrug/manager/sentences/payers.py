"""What a person decides or mends for one payer."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "left": _(
        "No longer in a status that goes over, or somebody else pays now. The contact stays as it is; an unpaid fee "
        "stays due."
    ),
    "deceased": _("Has died. The contact is frozen: nothing goes over any more."),
    "left_unknown": _(
        "No longer in a status that goes over, or somebody else pays now. The contact stays as it is. Whether anything "
        "is open at %(package)s could not be seen: look there before you archive it."
    ),
    "deceased_unknown": _(
        "Has died. The contact is frozen: nothing goes over any more. Whether anything is open at %(package)s could "
        "not be seen: look there."
    ),
    "left_papers": _(
        "No longer in a status that goes over, or somebody else pays now. The contact stays as it is. Open invoices at "
        "%(package)s: %(open)s; recurring invoices and subscriptions: %(recurring)s."
    ),
    "deceased_papers": _(
        "Has died. The contact is frozen: nothing goes over any more. Open invoices at %(package)s: %(open)s; "
        "recurring invoices and subscriptions: %(recurring)s."
    ),
    "papers": _(
        "Open invoices at %(package)s: %(open)s; recurring invoices and subscriptions: %(recurring)s. End there what "
        "should not go on."
    ),
    "papers_none": _("No invoices are open at %(package)s, and none recur."),
    "gone": _("The contact was deleted or merged at %(package)s."),
    "archived": _(
        "The contact is archived at %(package)s. Open it there and take it out of the archive: within the hour it goes "
        "on by itself, or at once when you try again here."
    ),
    "looks_like": _("A contact at %(package)s looks like the same person. Is it?"),
    "ambiguous": _("Several contacts at %(package)s could be this person, so none was chosen."),
    "number_taken": _(
        "Another contact at %(package)s has this customer number already. Give that one another number, or let the "
        "customer numbers of the connection begin differently."
    ),
    "invalid": _("%(package)s does not accept this value: %(group)s. Mend it in the membership record."),
    "invalid_customer_number": _(
        "%(package)s does not accept this customer number. It is made of the member number: give the member another, "
        "of digits only."
    ),
    "too_long": _("Too long for %(package)s: %(group)s. Shorten it in the membership record."),
    "name_missing": _("There is no name to send. Fill it in in the membership record."),
    "domain_cannot_receive": _(
        "This e-mail address cannot receive mail. Mend it in the membership record, and it goes over by itself."
    ),
    "number_taken_archived": _(
        "An archived contact at %(package)s has this customer number already. Un-archive it there, give it another "
        "number and archive it again, or let the customer numbers of the connection begin differently. Then it goes on "
        "by itself."
    ),
    "mandate_taken": _(
        "Another contact at %(package)s has this mandate reference already, perhaps an archived one: those keep "
        "theirs. Take it away there, and it goes on by itself."
    ),
    "refused": _("%(package)s refuses something of this contact. Look at the record and try again."),
    "no_field": _(
        "The custom field at %(package)s that this goes into is not chosen, or no longer there: %(group)s. "
        "Choose it under Edit."
    ),
    "mandate_today": _("A mandate signed today cannot be sent yet; it goes over tomorrow."),
    "at_the_bank": _(
        "An invoice is being collected at this moment, so account and mandate stay as they are. It goes over by itself "
        "when the bank is done."
    ),
    "mandate_in_future": _("The mandate is signed on a day that is still to come; it goes over then."),
    "in_use": _("The contact has invoices, so %(package)s does not delete it."),
    "stuck": _("It failed again and again on this one alone. Try again, or leave it out."),
    "held": _("Waits for your yes."),
    "superseded": _(
        "The membership record was changed after this was proposed to the member secretary, so that holds: the "
        "proposal has lapsed."
    ),
    "proposed": _("A change is proposed to the member secretary. Until that is decided it stays as it is there."),
    "two_masters": _(
        "Another application keeps changing this at %(package)s too, so we stopped sending it: %(group)s. Let one of "
        "the two do it."
    ),
    "iban_waits": _("The IBAN at %(package)s would change. Money is collected from it, so this waits for your yes."),
    "many_archived": _(
        "More contacts than usual would be archived at once (%(count)s, the limit is %(limit)s). They wait for your "
        "yes; the rest goes on."
    ),
    "many_ibans": _(
        "More account numbers than usual would change at once (%(count)s, the limit is %(limit)s). They wait for your "
        "yes; the rest goes on."
    ),
    "many_cleared": _(
        "More fields than usual would be emptied at once (%(count)s, the limit is %(limit)s). They wait for your "
        "yes; the rest goes on."
    ),
    "many_overwritten": _(
        "More contacts than usual would be changed at once (%(count)s, the limit is %(limit)s). They wait for your "
        "yes; the rest goes on."
    ),
    "many_created": _(
        "More contacts than usual would be made at once (%(count)s, the limit is %(limit)s). They wait for your "
        "yes; the rest goes on."
    ),
}
