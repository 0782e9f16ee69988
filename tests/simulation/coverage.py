"""What simulated lives went through, added up: so that a faster simulation is not a weaker one."""

from collections import Counter, defaultdict
from textwrap import wrap

from ledenbrug.sync.models import Journal, Problem
from tests.simulation.play import Play

Coverage = Counter[tuple[str, str]]
"""How often what happened, per subject."""
SUBJECTS = {
    "event": "events",
    "fault": "faults struck",
    "sprung": "workers",
    "tokens": "tokens",
    "step": "steps",
    "problem": "told to a person",
}


def of(play: Play) -> Coverage:
    found: Coverage = Counter()
    found.update(("event", event[0]) for event in play.plan.events)
    found.update({("fault", name): times for name, times in play.stage.far.weather.struck.items()})
    found.update({("sprung", name): times for name, times in play.sprung.items()})
    found.update({("tokens", name): times for name, times in play.stage.far.renewals.went.items()})
    steps = Journal.objects.order_by().values_list("kind", "outcome")
    found.update(("step", f"{kind} {outcome}") for kind, outcome in steps)
    found.update(("problem", reason) for reason in Problem.objects.order_by().values_list("reason", flat=True))
    return found


def told(coverage: Coverage) -> str:
    """Per subject one paragraph, the most frequent first."""
    by_subject: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (subject, name), times in coverage.most_common():
        by_subject[subject].append((name, times))
    lines: list[str] = []
    for subject, title in SUBJECTS.items():
        rows = by_subject[subject]
        whole = sum(times for _, times in rows)
        listed = ", ".join(f"{name} {times:,}" for name, times in rows)
        lines += wrap(f"{title} {whole:,}: {listed}", 116, subsequent_indent="    ")
    return "\n".join(lines)
