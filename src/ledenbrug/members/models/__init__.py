"""The tables of the membership record, one subject a file."""

from ledenbrug.members.models.association import Assignment, Association, FinancialAdministration, Role, User
from ledenbrug.members.models.bulk import BulkChange, BulkKind
from ledenbrug.members.models.custom import CustomField, Kind
from ledenbrug.members.models.double import NotDouble
from ledenbrug.members.models.exporting import Export
from ledenbrug.members.models.filling import FillRequest, FillRound
from ledenbrug.members.models.former import ErasureProposal
from ledenbrug.members.models.history import (
    CustomFieldEvent,
    FinancialAdministrationEvent,
    MandateEvent,
    MemberEvent,
    MemberStatusEvent,
    PayerDetailsEvent,
    PeriodEvent,
)
from ledenbrug.members.models.importing import ImportPart, ImportProposal, Verdict
from ledenbrug.members.models.likeness import Likeness
from ledenbrug.members.models.member import Gender, IssuedNumber, Member, NameUse, PayerDetails, SearchText
from ledenbrug.members.models.membership import Mandate, MemberStatus, Period
from ledenbrug.members.models.note import Note
from ledenbrug.members.models.proposing import ProposedChange
from ledenbrug.members.models.selection import ColumnChoice, SavedSelection
from ledenbrug.members.models.task import Task, TaskKind, TaskPart

__all__ = [
    "Assignment",
    "Association",
    "BulkChange",
    "BulkKind",
    "ColumnChoice",
    "CustomField",
    "CustomFieldEvent",
    "ErasureProposal",
    "Export",
    "FillRequest",
    "FillRound",
    "FinancialAdministration",
    "FinancialAdministrationEvent",
    "Gender",
    "ImportPart",
    "ImportProposal",
    "IssuedNumber",
    "Kind",
    "Likeness",
    "Mandate",
    "MandateEvent",
    "Member",
    "MemberEvent",
    "MemberStatus",
    "MemberStatusEvent",
    "NameUse",
    "NotDouble",
    "Note",
    "PayerDetails",
    "PayerDetailsEvent",
    "Period",
    "PeriodEvent",
    "ProposedChange",
    "Role",
    "SavedSelection",
    "SearchText",
    "Task",
    "TaskKind",
    "TaskPart",
    "User",
    "Verdict",
]
