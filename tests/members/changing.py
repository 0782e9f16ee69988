"""Changes a member of whatever version, and tells what is refused."""

from typing import Any

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import Member
from ledenbrug.members.refusals import Reason, Refused
from tests.members.factories import NOW

BY = {"by": None}


def change(member: Member, **values: object) -> Member:
    member.refresh_from_db()
    return operations.change_member(member, seen_version=member.version, values=values, by=None, now=NOW)


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, Reason]]:
    return [(fault.field, fault.reason) for fault in refused.value.faults]


def refused(call: Any, *arguments: Any, **named: Any) -> list[tuple[str, Reason]]:
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return reasons(caught)
