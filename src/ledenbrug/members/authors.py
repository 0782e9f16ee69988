"""Who wrote the account that a payer stands with today, and the mandate for it: read from history, three statements.

It must not say who may approve. What was written before history began, or was dropped since, has no author.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ledenbrug.members.models import MandateEvent, Member, MemberEvent, PayerDetailsEvent


def of_accounts(association_id: int, payers: Collection[str]) -> dict[str, frozenset[int]]:
    """Per payer (`m12` a member, `d3` payer details) the users who had a hand in it."""
    members = {int(each[1:]) for each in payers if each.startswith("m")}
    details = {int(each[1:]) for each in payers if each.startswith("d")}
    found: dict[str, set[int]] = {each: set() for each in payers}
    for kind, events, ids in (("m", MemberEvent, members), ("d", PayerDetailsEvent, details)):
        for subject, by in _wrote(events, association_id, ids):
            found[f"{kind}{subject}"].add(by)
    carried = dict(
        Member.objects.of(association_id).filter(payer_details__in=details).values_list("id", "payer_details")
    )
    signed = MandateEvent.objects.of(association_id).filter(member__in=members | carried.keys())
    for member, context in signed.order_by("member", "-pgh_id").distinct("member").values_list("member", "pgh_context"):
        payer = f"m{member}" if member in members else f"d{carried[member]}"
        found[payer].update(_by(context))
    return {payer: frozenset(by) for payer, by in found.items()}


def _wrote(events: Any, association_id: int, ids: Collection[int]) -> Iterable[tuple[int, int]]:
    """Whose change brought the account that stands there now."""
    rows = events.objects.of(association_id).filter(pgh_obj_id__in=ids).order_by("pgh_obj_id", "-pgh_id")
    now: dict[int, str] = {}
    before: set[int] = set()
    wrote: dict[int, Mapping[str, Any] | None] = {}
    first: dict[int, str] = {}
    for subject, iban, label, context in rows.values_list("pgh_obj_id", "iban", "pgh_label", "pgh_context"):
        if now.setdefault(subject, iban) != iban:
            before.add(subject)
        if subject not in before:
            wrote[subject], first[subject] = context, label
    known = (each for each in wrote if each in before or first[each] == "insert")  # else what stood before was dropped
    return [(subject, by) for subject in known for by in _by(wrote[subject])]


def _by(context: Mapping[str, Any] | None) -> list[int]:
    by = (context or {}).get("by")
    return [by] if by else []
