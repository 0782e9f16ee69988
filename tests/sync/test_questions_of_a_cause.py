"""Thousands of questions of one cause are counted and told apart by the database; an answer reads them."""

import pytest

from ledenbrug.core.reasons import Reason
from ledenbrug.sync import look, settle
from ledenbrug.sync.models import Problem
from ledenbrug.sync.refusals import Refused
from tests.members.factories import a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


def ask(stage: Stage, payer: str, *, source: bytes | None = b"\x00one", contact: str = "") -> Problem:
    return Problem.objects.create(
        association=stage.association, connection=stage.connection, payer=payer, reason=Reason.GONE, source=source,
        contact=contact, opened_at=stage.now,
    )  # fmt: skip


def test_the_database_tells_the_same_questions_as_who_reads_them() -> None:
    stage = a_stage()
    for n in range(12):
        ask(stage, f"m{n + 1}", source=None if n % 3 == 0 else bytes([n, 255]), contact="" if n % 2 else f"c:% é{n}")
    every = settle.waiting(stage.connection, reason=Reason.GONE)
    assert look.causes(stage.connection) == {(Reason.GONE, ""): look.Asked(12, settle.shown(every))}


@pytest.mark.parametrize("change", [{"source": b"other"}, {"contact": "c9"}, {"dismissed": True}])
def test_an_answer_to_all_is_one_to_what_was_shown(change: dict[str, object]) -> None:
    stage = a_stage()
    ask(stage, "m1")
    ask(stage, "m2")
    seen = look.causes(stage.connection)[Reason.GONE, ""].seen
    Problem.objects.filter(payer="m2").update(**change)
    how = {"reason": Reason.GONE, "action": settle.LEAVE_OUT, "user": a_user(stage.association), "now": stage.now}
    with pytest.raises(Refused):
        settle.settle_all(stage.connection, seen=seen, **how)  # type: ignore[arg-type]
    seen = look.causes(stage.connection)[Reason.GONE, ""].seen
    assert settle.settle_all(stage.connection, seen=seen, **how) == (1 if "dismissed" in change else 2)  # type: ignore[arg-type]
