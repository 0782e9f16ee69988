"""What is wrong with something that was typed or stood in a file, or was asked of the membership records."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "required": _("This cannot be empty."),
    "too_long": _("Too long: at most %(most)s characters."),
    "control_character": _("This holds characters that cannot be read. Type it again."),
    "not_an_iban": _("This is not an IBAN: the check digits do not agree. Look for a typing error."),
    "not_a_bic": _("This is not a BIC."),
    "not_an_email": _("This is not an e-mail address."),
    "not_a_phone": _("This is not a phone number. A number abroad begins with + and the country code."),
    "not_a_postcode": _("This is not a Dutch postcode, such as 1234 AB."),
    "house_number_missing": _("The house number is missing."),
    "not_a_country": _("This country is not known. Use its name or its two letters."),
    "not_a_date": _("This is not a date, such as 31-12-2026."),
    "ambiguous_date": _("This date can be read in two ways. Write it as 31-12-2026."),
    "in_the_future": _("This lies in the future."),
    "too_long_ago": _("This lies too long ago to be right."),
    "not_a_choice": _("This is not one of the choices."),
    "not_a_number": _("This is not a number, such as 12 or 1.234,5."),
    "not_an_amount": _("This is not an amount, such as 1.234,56."),
    "citizen_number": _("A citizen service number may not be kept here."),
    "citizen_numbers": _(
        "This looks like a citizen service number: nearly all numbers in this field pass its test. Those may not be "
        "kept here. Empty this field of the other members too."
    ),
    "unknown_field": _("This field does not exist."),
    "hidden_here": _("Members in this status do not have this field. Leave it empty."),
    "number_issued": _("This member number was given out before. A number is never used twice."),
    "numbers_used_up": _("The format has no member numbers left. Choose another format under Association."),
    "no_counter": _("This must hold {number}, the counter."),
    "not_a_period": _("This is not a status with its first day, like 01-09-2024 Member, one a line."),
    "two_on_one_day": _("Two statuses begin on the same day."),
    "contradicts": _("This is not the status that the status history gives today."),
    "not_a_mandate": _("This is not a mandate, like Association; M-0012; 01-09-2024, one a line."),
    "unknown_administration": _("There is no financial administration of this name."),
    "which_administration": _(
        "There are several financial administrations. Write before the reference which one, or give it a column of "
        "its own."
    ),
    "mandate_differs": _(
        "A mandate with this reference is there already, for another administration or signed on another day."
    ),
    "name_taken": _("This name is in use already."),
    "name_of_every_member": _("Every member has this field already. Choose another name."),
    "reference_taken": _("This mandate reference is in use already."),
    "too_many_cells": _("This row has more cells than there are columns. Is there a separator inside a value?"),
    "too_few_cells": _("This row has fewer cells than there are columns."),
    "double": _("Another row of the file says the same, so it is not clear who is meant."),
    "ambiguous": _("Several members have this (%(count)s), so it is not clear who is meant."),
    "unknown_status": _("There is no member status of this name. Add it under Settings, or mend the file."),
    "changed_meanwhile": _("This member was changed since the preview."),
    "in_use": _("It is still in use (%(count)s times), so it cannot be removed."),
    "choice_in_use": _("Members still have %(choice)s (%(count)s). Give them another choice first."),
    "too_many": _("There are too many; at most %(most)s."),
    "not_archived": _("Archive this field first."),
    "nothing_to_fill_in": _("There is no field that members may fill in themselves."),
    "only_period": _("A member has at least one period. Change its status instead."),
    "other_association": _("This does not exist."),
    "deleted": _("This member was deleted. Restore it first."),
    "comes_back": _("This member gets a status again that is not archived."),
    "not_deleted": _("This member was not deleted."),
    "under_way": _("Something about this member is on its way to the books. Try again in a minute."),
    "decided": _("Somebody said yes or no to this already, or the record was changed since."),
    "shown_otherwise": _("What is proposed changed in the meantime. Look at it once more."),
    "busy": _(
        "Many members are being changed just now, and this has to wait for that. Nothing was saved yet and nothing you "
        "typed is lost: try again in a moment."
    ),
    "undone": _("This was undone before, or is too long ago to be undone in one go."),
    "pays_for_itself": _("A member pays for itself by itself. Choose another member or leave this empty."),
    "payer_has_payer": _("Somebody else pays for this member, so it cannot pay for another."),
    "pays_for_others": _("This member pays for others (%(count)s). Give those another payer first."),
    "payer_deleted": _("The member who should pay was deleted."),
    "live_mandate": _(
        "There is a mandate that has not ended. End it on the member's page first, or choose Change IBAN there. A "
        "deleted member is restored for that."
    ),
    "no_iban": _("A mandate needs an IBAN. Fill it in first."),
    "no_live_mandate": _("No mandate is left to replace. Change the account first, then add the new mandate."),
    "mandate_ended": _("This mandate has ended already."),
    "ends_before_signed": _("A mandate cannot end before it was signed."),
}
