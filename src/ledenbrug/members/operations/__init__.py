"""Every write to the membership record; there is no other way in. One subject a file.

Each operation is one transaction that says who asked, checks, writes and rings the bell. Rights are the screens'
business.
"""

from ledenbrug.members.operations.administrations import (
    add_financial_administration,
    change_financial_administration,
    remove_financial_administration,
)
from ledenbrug.members.operations.associations import change_association
from ledenbrug.members.operations.bulk import (
    Differs,
    Foreseen,
    delete_all,
    foresee_delete,
    foresee_status,
    set_status_of,
)
from ledenbrug.members.operations.bulk_fields import FieldForeseen, foresee_field, set_field_of
from ledenbrug.members.operations.custom_fields import add_custom_field, change_custom_field, remove_custom_field
from ledenbrug.members.operations.erasing import erase_member
from ledenbrug.members.operations.filling import (
    AskingForeseen,
    Ended,
    WithdrawingForeseen,
    ask_to_fill_in,
    fill_in,
    foresee_asking,
    foresee_withdrawing,
    withdraw_request,
    withdraw_requests,
)
from ledenbrug.members.operations.former import open_erasure, propose_erasure, settle_erasure
from ledenbrug.members.operations.mandates import (
    IbanChange,
    NewMandate,
    add_mandate,
    change_iban,
    end_mandate,
)
from ledenbrug.members.operations.members import add_member, change_member, delete_member, restore_member
from ledenbrug.members.operations.merging import merge_members, not_double
from ledenbrug.members.operations.notes import add_note, change_note, remove_note
from ledenbrug.members.operations.numbers import next_number
from ledenbrug.members.operations.payers import (
    change_payer_details,
    set_payer_details,
    set_payer_member,
    set_payer_self,
)
from ledenbrug.members.operations.periods import change_period, remove_period, set_status
from ledenbrug.members.operations.proposals import (
    accept_change,
    accept_changes,
    acceptable,
    changed_since,
    decline_change,
    decline_changes,
    draft_change,
    needs_how,
    open_proposals,
    parts,
    propose_changes,
    proposed,
    shown,
    supersede_changes,
)
from ledenbrug.members.operations.statuses import add_status, change_status, remove_status
from ledenbrug.members.operations.undoing import Undone, undo, undoable

__all__ = [
    "AskingForeseen",
    "Differs",
    "Ended",
    "FieldForeseen",
    "Foreseen",
    "IbanChange",
    "NewMandate",
    "Undone",
    "WithdrawingForeseen",
    "accept_change",
    "accept_changes",
    "acceptable",
    "add_custom_field",
    "add_financial_administration",
    "add_mandate",
    "add_member",
    "add_note",
    "add_status",
    "ask_to_fill_in",
    "change_association",
    "change_custom_field",
    "change_financial_administration",
    "change_iban",
    "change_member",
    "change_note",
    "change_payer_details",
    "change_period",
    "change_status",
    "changed_since",
    "decline_change",
    "decline_changes",
    "delete_all",
    "delete_member",
    "draft_change",
    "end_mandate",
    "erase_member",
    "fill_in",
    "foresee_asking",
    "foresee_delete",
    "foresee_field",
    "foresee_status",
    "foresee_withdrawing",
    "merge_members",
    "needs_how",
    "next_number",
    "not_double",
    "open_erasure",
    "open_proposals",
    "parts",
    "propose_changes",
    "propose_erasure",
    "proposed",
    "remove_custom_field",
    "remove_financial_administration",
    "remove_note",
    "remove_period",
    "remove_status",
    "restore_member",
    "set_field_of",
    "set_payer_details",
    "set_payer_member",
    "set_payer_self",
    "set_status",
    "set_status_of",
    "settle_erasure",
    "shown",
    "supersede_changes",
    "undo",
    "undoable",
    "withdraw_request",
    "withdraw_requests",
]
