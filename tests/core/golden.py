"""Golden plans: per folder under `golden/` what the members want and what the links know, and the plan that follows.

`python -m tests.core.golden` writes every `plan.txt` anew; the difference is for the reviewer.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ledenbrug.core.guard import Hold, weigh
from ledenbrug.core.plan import Notice, Step, plan
from ledenbrug.core.records import ContactId, Desired, Field, Known, PayerKey, Standing, Whereabouts
from tests.core.given import fingerprint, linked, values

FOLDER = Path(__file__).with_name("golden")


def cases() -> list[Path]:
    return sorted(each.parent for each in FOLDER.glob("*/members.json"))


def planned(case: Path) -> str:
    members = [_desired(payer, row) for payer, row in json.loads((case / "members.json").read_text()).items()]
    rows = json.loads((case / "known.json").read_text())
    known = {PayerKey(payer): _known(row) for payer, row in rows.items()}
    decisions = list(plan(members, known, fingerprint=fingerprint))
    holds = weigh(
        [each for each in decisions if isinstance(each, Step)],
        known,
        contacts=len(known),
        beside={},
        approved=lambda payer, group: False,
        fingerprint=fingerprint,
        first_run=not known,
    )
    return "".join(f"{line}\n" for line in _lines(decisions, holds))


def _lines(decisions: list[Step | Notice], holds: Mapping[PayerKey, Hold]) -> Iterator[str]:
    for each in decisions:
        about = f"{each.payer} → {each.contact_id or 'new'}"
        if isinstance(each, Notice):
            yield f"tell    {about}: {each.reason}"
            continue
        yield f"{each.kind:<7} {about}{': look first' if each.look_first else ''}"
        hold = holds.get(each.payer)
        rest = hold.rest(each) if hold else each
        if hold:
            yield f"        waits: {hold.reason} {dict(hold.params) or ''}".rstrip()
        for field, value in each.values.items():
            yield f"        {'goes ' if rest and field in rest.values else 'waits'} {field} = {value!r}"


def _desired(payer: str, row: Mapping[str, Any]) -> Desired:
    standing = Standing(row.get("standing", "selected"))
    return Desired(PayerKey(payer), standing, values(**row.get("values", {})), row.get("mandate_ended", False))


def _known(row: Mapping[str, Any]) -> Known:
    contact = ContactId(row["contact"]) if row["contact"] else None
    return Known(
        contact,
        linked(**row.get("sent", {})).sent,
        unsure="in_doubt" in row,
        in_doubt=frozenset(map(Field, row.get("in_doubt", ()))),
        whereabouts=Whereabouts(row.get("whereabouts", "here")),
        withheld=frozenset(map(Field, row.get("withheld", ()))),
    )


def main() -> None:
    for case in cases():
        (case / "plan.txt").write_text(planned(case))


if __name__ == "__main__":
    main()
