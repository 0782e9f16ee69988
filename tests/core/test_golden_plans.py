from pathlib import Path

import pytest

from tests.core.golden import cases, planned


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_plan_is_the_one_that_was_reviewed(case: Path) -> None:
    """`make golden` writes them anew."""
    assert planned(case) == (case / "plan.txt").read_text()


def test_there_are_plans_to_review() -> None:
    assert [case.name for case in cases()] == [
        "a-bad-import",
        "a-first-run",
        "after-lost-answers",
        "an-ordinary-day",
        "bank-accounts",
    ]
