"""What waits for a decision on a connection, as a screen shows it: a block per cause, with its answers and its rows.

It decides nothing: `sync.settle` says which answers there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from ledenbrug.core.port import Package
from ledenbrug.manager import words
from ledenbrug.manager.sentences import sentence
from ledenbrug.members.models import User
from ledenbrug.sync import look, pairs, second_eyes, settle, verdicts
from ledenbrug.sync.leavers import PAPERS
from ledenbrug.sync.models import Connection, Problem
from ledenbrug.sync.proposing import PROPOSABLE

SHOWN = 10
"""Payers listed under one cause on the connection's own page."""
OF_ONE = frozenset({"open", "recurring"})
"""What hangs on one contact is said of that one, not above all of them."""
Answer = tuple[str, Promise, str]
"""Action, what the button says, its icon."""


def of_connection(package: Package, it: Connection, *, user: User) -> list[dict[str, Any]]:
    now = timezone.now()
    rows: dict[tuple[str, str], list[look.Trouble]] = {}
    for each in look.problems(it, most=SHOWN):
        rows.setdefault((each.problem.reason, each.problem.group), []).append(each)
    return [
        block(package, it, rows[cause], asked=asked, user=user, now=now)
        for cause, asked in look.causes(it).items()
        if cause in rows and not _is_said_above(it, rows[cause][0].problem)
    ]


def _is_said_above(it: Connection, problem: Problem) -> bool:
    """What the connection as a whole waits for stands at the top of its page, with the way on."""
    return not problem.payer and it.enabled and problem.reason == it.waiting


def block(
    package: Package, it: Connection, found: list[look.Trouble], *, asked: look.Asked, user: User, now: datetime
) -> dict[str, Any]:
    first = found[0].problem
    answers = [_answer(action, first) for action in settle.actions(first)]
    return {
        "first": first,
        "heading": words.group(first.group) if first.group else "",
        "sentence": sentence_of(package, first, leaving_out=OF_ONE),
        "actions": answers,
        "together": (
            _together(it, first, answers, asked, user=user, now=now) if asked.number > 1 or not first.payer else []
        ),
        "rows": rows(package, found, barred=second_eyes.barred(it, [each.problem for each in found], user)),
        "number": asked.number,
        "side_by_side": first.reason in pairs.ASKED,
        "leaves_out": settle.LEAVE_OUT in settle.actions(first),
    }


def rows(
    package: Package, found: Iterable[look.Trouble], *, barred: Mapping[int, Sequence[User]] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """`barred`: to whose account this person may not say yes, with who may."""
    return [
        {
            "it": each,
            "actions": [
                _answer(action, each.problem)
                for action in settle.actions(each.problem)
                if action != settle.APPROVE or each.problem.id not in barred
            ],
            "somebody_else": ", ".join(str(who) for who in barred.get(each.problem.id, ())),
            "sentence": _of_one(package, each.problem),
            "papers": [(words.PAPERS[kind], *told) for kind, *told in each.problem.params.get(PAPERS, ())],
            "seen": settle.shown([each.problem]),
        }
        for each in found
        if each.problem.payer
    ]


def differing(found: Iterable[look.Difference]) -> list[dict[str, Any]]:
    return [
        {
            "it": each,
            "group": words.group(each.drift.group),
            "seen": verdicts.shown([each.drift]),
            "proposable": each.drift.group in PROPOSABLE,
        }
        for each in found
    ]


def _of_one(package: Package, problem: Problem) -> str:
    """Of those who left, what still hangs on the contact; the rest is said above all of them."""
    told = problem.params
    if not told.keys() >= OF_ONE:
        return sentence_of(package, problem)
    return sentence(
        "papers" if any(told[each] != "0" for each in OF_ONE) else "papers_none", package=package.label, **told
    )


def sentence_of(package: Package, problem: Problem, *, leaving_out: frozenset[str] = frozenset()) -> str:
    params = {name: value for name, value in problem.params.items() if name not in leaving_out}
    named = {"package": package.label, "package_name": package.name, "group": problem.group}
    return sentence(problem.reason, **{**named, **params})


def _together(
    it: Connection, first: Problem, answers: list[Answer], asked: look.Asked, *, user: User, now: datetime
) -> list[dict[str, Any]]:
    """The answers that settle several at once, each with how many exactly."""
    told = []
    for action, label, sign in answers:
        meant = asked
        if not settle.alike(first, action):
            every = list(settle.waiting(it, reason=first.reason, group=first.group))
            found = settle.together(it, every, action=action, user=user, now=now)
            meant = look.Asked(len(found), settle.shown(found))
        if meant.number:
            button = {"action": action, "label": label, "icon": sign, "seen": meant.seen}
            told.append({**button, "number": meant.number if first.payer else 0})
    return told


def _answer(action: str, problem: Problem) -> Answer:
    label, sign = words.ANSWERS.get((problem.reason, action), words.ACTIONS[action])
    return action, label, sign
