"""What a refusal says, field by field."""

import pytest

from ledenbrug.members.refusals import Refused


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.field, fault.reason) for fault in refused.value.faults]
