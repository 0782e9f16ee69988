"""Turns the codes that the link, the packages and the records give into sentences for a person.

Every code stands here with its sentence, as data; a code nobody foresaw still gives a sentence, with the code in it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager import words
from ledenbrug.members.refusals import Fault

# What a person did, or can mend, while connecting and changing a connection
REFUSALS: Mapping[str, Promise] = {
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
}

# What stops the connection as a whole
CONNECTION: Mapping[str, Promise] = {
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
    "key_lost": _("The key that protects the permission was lost on this server. Connect again to go on."),
    "module_off": _("The module is switched off for your association, so nothing goes over."),
    "restored": _(
        "This server was restored from a backup or copied, so the connection is off until you enable it. "
        "Do that only if the original no longer runs."
    ),
}

# What a person decides or mends for one payer
PAYER: Mapping[str, Promise] = {
    "left": _("No longer in a status that goes over. The contact stays as it is; an unpaid fee stays due."),
    "deceased": _("Has died. The contact is frozen: nothing goes over any more."),
    "left_unknown": _(
        "No longer in a status that goes over. The contact stays as it is. Whether anything is open at %(package)s "
        "could not be seen: look there before you archive it."
    ),
    "deceased_unknown": _(
        "Has died. The contact is frozen: nothing goes over any more. Whether anything is open at %(package)s could "
        "not be seen: look there."
    ),
    "left_papers": _(
        "No longer in a status that goes over. The contact stays as it is. Open invoices at %(package)s: %(open)s; "
        "recurring invoices and subscriptions: %(recurring)s."
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
        "Another contact at %(package)s has this customer number already. Give that one another number, or choose "
        "another prefix for the connection."
    ),
    "invalid": _("%(package)s does not accept this value: %(group)s. Mend it in the membership record."),
    "too_long": _("Too long for %(package)s: %(group)s. Shorten it in the membership record."),
    "name_missing": _("There is no name to send. Fill it in in the membership record."),
    "domain_cannot_receive": _(
        "This e-mail address cannot receive mail. Mend it in the membership record, and it goes over by itself."
    ),
    "number_taken_archived": _(
        "An archived contact at %(package)s has this customer number already. Un-archive it there, give it another "
        "number and archive it again, or choose another prefix for the connection. Then it goes on by itself."
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

# How the permission ended when a connection was removed
ENDINGS: Mapping[str, Promise] = {
    "revoked": _("The permission at %(package)s was withdrawn."),
    "shared": _("The permission at %(package)s stays: another connection uses it."),
    "by_hand": _("Withdraw the permission at %(package)s yourself, under the applications that have access there."),
}

# What is wrong with something that was typed or stood in a file
RECORD: Mapping[str, Promise] = {
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
    "only_period": _("A member has at least one period. Change its status instead."),
    "other_association": _("This does not exist."),
    "deleted": _("This member was deleted. Restore it first."),
    "comes_back": _("This member gets a status again that is not archived."),
    "not_deleted": _("This member was not deleted."),
    "under_way": _("Something about this member is on its way to the books. Try again in a minute."),
    "decided": _("Somebody said yes or no to this already."),
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
    "no_live_mandate": _("There is no mandate to go with."),
    "mandate_ended": _("This mandate has ended already."),
    "ends_before_signed": _("A mandate cannot end before it was signed."),
}

# Why a file as a whole cannot be taken
FILES: Mapping[str, Promise] = {
    "file_too_large": _("The file is too large."),
    "too_many_rows": _("The file has too many rows; at most %(most)s are read. Cut it in parts."),
    "too_many_columns": _("The file has too many columns to be a list of members."),
    "file_empty": _("The file is empty."),
    "old_workbook": _("This is a workbook of an old Excel (.xls). Save it as .xlsx or CSV and choose that file."),
    "broken_workbook": _("This workbook is damaged and cannot be read. Open it in Excel and save it again."),
    "locked_workbook": _("This workbook is locked with a password. Save it without one and choose that file."),
    "too_large_unpacked": _("Unpacked, this workbook is too large to be a list of members."),
    "not_text": _("This is neither CSV nor a workbook. Save the list in Excel as .xlsx or CSV and choose that file."),
    "no_header": _("No names of columns were found. The first row should hold them, such as Last name and E-mail."),
    "broken_quotes": _("The quotation marks in row %(line)s do not match, so the file cannot be read."),
    "cell_too_long": _("A cell in row %(line)s is too long to be right. Does a quotation mark miss?"),
    "missing_column": _("The column is missing by which members are recognised: %(field)s."),
    "citizen_number_column": _(
        "The column %(column)s holds citizen service numbers. Those may not be kept here: remove the column first."
    ),
}

# What an undo leaves as it is
KEPT: Mapping[str, Promise] = {
    "unknown_before": _("What stood there before is not known."),
    "changed_there": _("Somebody changed it at %(package)s since."),
    "changed_here": _("The membership record was changed since."),
    "written_since": _("It went over again since."),
    "gone": _("The contact is no longer there."),
    "archived": _("The contact is archived, and only a person can undo that, at %(package)s."),
    "left": _("No longer selected, or erased: nothing of this person is put back."),
    "deceased": _("Has died: the contact is frozen."),
}

SENTENCES: Mapping[str, Promise] = {**KEPT, **PAYER, **CONNECTION, **REFUSALS, **ENDINGS}


class _Known(dict[str, Any]):
    """Parameters that nobody gave read as an ellipsis: a sentence with a gap is better than none."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, /, **params: Any) -> str:
    """The sentence of any code. `package` should always be among the parameters."""
    if "open" in params and f"{code}_papers" in SENTENCES:  # what still hangs on the contact is known
        code = f"{code}_papers"
    if params.get("papers_unknown") and f"{code}_unknown" in SENTENCES:
        code = f"{code}_unknown"
    if params.get("archived") and f"{code}_archived" in SENTENCES:
        code = f"{code}_archived"
    return _fill(SENTENCES.get(code), code, params)


def of_kept(code: str, **params: Any) -> str:
    """Why an undo leaves something as it is."""
    return _fill(KEPT.get(code), code, params)


def of_record(fault: Fault) -> str:
    """What is wrong with something that was typed or stood in a file."""
    return _fill(RECORD.get(fault.reason), fault.reason, fault.params)


def of_file(code: str, params: Mapping[str, Any]) -> str:
    """Why a file as a whole cannot be taken."""
    known = dict(params)
    if "field" in known:
        known["field"] = words.field(known["field"] if known["field"] != "number" else "member_number")
    return _fill(FILES.get(code), code, known)


def _fill(text: Promise | None, code: str, params: Mapping[str, Any]) -> str:
    known = _Known(params)
    if "group" in known:
        known["group"] = words.group(str(known["group"])).lower()
    if text is not None:
        return str(text) % known
    own = f"{params.get('package_name', '')}: {code}"  # a package's own code, with a text in its own locale
    translated = gettext(own)
    if translated != own:
        return translated % known
    return gettext("Something needs a look (%(code)s).") % {"code": code}
