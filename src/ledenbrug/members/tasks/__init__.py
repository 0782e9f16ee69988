"""What is done to many members: at once where they are few, by a worker where they are many, by the same function.

`do` does it and hands back how it ended. `ask` keeps what is asked for a worker, who finds it by its number and calls
`work`: one transaction, begun anew from the start when the worker dies, so that nothing is ever half done.
"""

from ledenbrug.members.refusals import Trouble
from ledenbrug.members.tasks.asking import (
    Asked,
    AskToFillIn,
    Changed,
    Delete,
    GiveStatus,
    Mailing,
    Outcome,
    ReadFile,
    Seen,
    TakeBack,
    TakenBack,
    WriteField,
    WriteImport,
    Written,
    is_large,
)
from ledenbrug.members.tasks.doing import do
from ledenbrug.members.tasks.keeping import ask, drop_expired, outcome_of, stop, under_way, unfinished
from ledenbrug.members.tasks.working import CLOSING, only_if, waiting, work

__all__ = [
    "CLOSING",
    "AskToFillIn",
    "Asked",
    "Changed",
    "Delete",
    "GiveStatus",
    "Mailing",
    "Outcome",
    "ReadFile",
    "Seen",
    "TakeBack",
    "TakenBack",
    "Trouble",
    "WriteField",
    "WriteImport",
    "Written",
    "ask",
    "do",
    "drop_expired",
    "is_large",
    "only_if",
    "outcome_of",
    "stop",
    "under_way",
    "unfinished",
    "waiting",
    "work",
]
