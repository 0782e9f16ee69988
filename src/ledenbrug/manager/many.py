"""Has something done to many members, and tells how it ended: the same for what is done at once and by a worker.

It must not know what is done: `members.tasks` does.
"""

from collections.abc import Sequence

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledenbrug.manager.access import Request
from ledenbrug.manager.pages import go, warn
from ledenbrug.members import tasks
from ledenbrug.members.models import BulkChange, FillRound, ImportProposal
from ledenbrug.sync import wake

MOST_NAMED = 20


def done(request: Request, asked: tasks.Asked, *, large: bool, name: str = "", content: bytes = b"") -> HttpResponse:
    """`name` is that of the file. Where little is done, what keeps it from being done is raised."""
    association, now = request.here.association, timezone.now()
    if not large:
        return ended(request, tasks.do(asked, association=association, by=request.user, now=now, content=content))
    with transaction.atomic():
        task = tasks.ask(association, asked, name=name, content=content, by=request.user, now=now)
        wake.task(task)
    return go(request, "task", task=task.pk)


def ended(request: Request, outcome: tasks.Outcome) -> HttpResponse:
    """On to what came of it."""
    match outcome:
        case tasks.Seen():
            return _seen(request, outcome)
        case tasks.Written():
            return _written(request, outcome)
        case tasks.Changed():
            return _change(request, outcome.change)
        case tasks.TakenBack():
            return _taken_back(request, outcome)
        case tasks.Mailing():
            return _mailing(request, outcome)


def _seen(request: Request, outcome: tasks.Seen) -> HttpResponse:
    waits = ImportProposal.objects.of(request.here.association).filter(pk=outcome.proposal, applied_at=None)
    if waits.exists():
        return go(request, "import_preview", proposal=outcome.proposal)
    say_it_was_written(request)
    return go(request, "members")


def _written(request: Request, outcome: tasks.Written) -> HttpResponse:
    if outcome.left_out:
        left_out = _named(outcome.left_out)
        warn(request, _("These rows changed since the preview and were left out: %(rows)s.") % {"rows": left_out})
    new = ngettext("%(number)s new member", "%(number)s new members", outcome.new) % {"number": outcome.new}
    changed = ngettext("%(number)s changed", "%(number)s changed", outcome.changed) % {"number": outcome.changed}
    said = _("Imported: %(new)s, %(changed)s.") % {"new": new, "changed": changed}
    return _change(request, outcome.change, said=said)


def _change(request: Request, change: int | None, *, said: str = "") -> HttpResponse:
    if change is not None and BulkChange.objects.of(request.here.association).filter(pk=change).exists():
        return go(request, "bulk_change", said=said, change=change)
    return go(request, "members", said=said)


def _taken_back(request: Request, outcome: tasks.TakenBack) -> HttpResponse:
    if outcome.stayed:
        stayed = ngettext(
            "%(number)s member was changed since and stays so.",
            "%(number)s members were changed since and stay so.",
            outcome.stayed,
        )
        warn(request, stayed % {"number": outcome.stayed})
    if outcome.accounts:
        account = ngettext(
            "The account of one member stays as it is: a mandate was signed for it since. Member number: %(members)s.",
            "The accounts of %(number)s members stay as they are: mandates were signed for them since. "
            "Member numbers: %(members)s.",
            len(outcome.accounts),
        )
        warn(request, account % {"number": len(outcome.accounts), "members": _named(outcome.accounts)})
    back = ngettext("%(number)s member is as before.", "%(number)s members are as before.", outcome.back)
    return go(request, "bulk_changes", said=back % {"number": outcome.back})


def _named(all_of_them: Sequence[object]) -> str:
    return ", ".join(map(str, all_of_them[:MOST_NAMED])) + (" …" if len(all_of_them) > MOST_NAMED else "")


def _mailing(request: Request, outcome: tasks.Mailing) -> HttpResponse:
    """To the member, where it is one."""
    asks = FillRound.objects.of(request.here.association).filter(pk=outcome.round).first()
    if asks is None:
        return go(request, "rounds")
    said = ngettext("The mail is on its way.", "%(number)s mails are on their way.", asks.asked)
    said %= {"number": asks.asked}
    alone = asks.requests.first() if asks.asked == 1 else None
    return (
        go(request, "member", said=said, member=alone.pk) if alone else go(request, "round", said=said, round=asks.pk)
    )


def say_it_was_written(request: Request) -> None:
    warn(request, _("This import was written already, or is too old. Look at the list of members."))
