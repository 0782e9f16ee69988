"""A model of the engine in its shortest form, around the real decisions: every call can fail before it or after it.

The engine itself has a simulation of its own; this one shows which rules no engine can do without.
"""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ledenbrug.core.compare import Verdict, differing, judge
from ledenbrug.core.plan import Kind, Step, decide, sent
from ledenbrug.core.records import (
    GROUP_OF,
    NOTHING_KNOWN,
    ContactId,
    Desired,
    Field,
    Group,
    Known,
    PayerKey,
    Standing,
    Values,
)
from tests.core.given import fingerprint, values

PAYERS = [PayerKey("m1"), PayerKey("m2")]
MAPPED = [Field.LAST_NAME, Field.ADDRESS, Field.CITY, Field.PHONE]
payers, fields, words = st.sampled_from(PAYERS), st.sampled_from(MAPPED), st.sampled_from(["", "a", "b"])
faults = st.sampled_from(["none", "before the call", "answer lost"])


class NoAnswer(Exception):
    pass


class Model(RuleBasedStateMachine):
    """Members, links, and a package that keeps contacts and answers when it likes."""

    @initialize()
    def begin(self) -> None:
        self.records = {payer: dict.fromkeys(MAPPED, "a") for payer in PAYERS}
        self.standing = dict.fromkeys(PAYERS, Standing.SELECTED)
        self.links: dict[PayerKey, Known] = {}
        self.there: dict[ContactId, dict[Field, str]] = {}
        self.edited_there: set[tuple[ContactId, Group]] = set()

    @rule(payer=payers, field=fields, word=words)
    def somebody_edits_a_member(self, payer: PayerKey, field: Field, word: str) -> None:
        self.records[payer][field] = word

    @rule(payer=payers, field=fields, word=words, fault=faults)
    def somebody_edits_and_thinks_better_of_it(self, payer: PayerKey, field: Field, word: str, fault: str) -> None:
        before = self.records[payer][field]
        self.somebody_edits_a_member(payer=payer, field=field, word=word)
        self.a_round(fault=fault, payer=payer)
        self.somebody_edits_a_member(payer=payer, field=field, word=before)

    @rule(payer=payers, standing=st.sampled_from([Standing.SELECTED, Standing.LEFT]))
    def a_member_comes_or_goes(self, payer: PayerKey, standing: Standing) -> None:
        self.standing[payer] = standing

    @rule(place=st.integers(0, 3), field=fields, word=words)
    def the_treasurer_edits_a_contact(self, place: int, field: Field, word: str) -> None:
        for contact in list(self.there)[place : place + 1]:
            self.there[contact][field] = word
            self.edited_there.add((contact, GROUP_OF[field]))

    @rule(fault=faults, payer=payers)
    def a_round(self, fault: str, payer: PayerKey) -> None:
        decision = decide(self.desired(payer), self.link(payer), fingerprint=fingerprint)
        if isinstance(decision, Step):
            self.note(decision)
            with suppress(NoAnswer):  # or the worker died: the note stays
                self.close(decision, self.perform(decision, fault))

    def teardown(self) -> None:
        """Good weather: two rounds for everybody, and then the promises hold."""
        for payer in [*PAYERS, *PAYERS]:
            self.a_round(fault="none", payer=payer)
        numbers = [each[Field.CUSTOMER_NUMBER] for each in self.there.values()]
        assert len(numbers) == len(set(numbers)), "two contacts for one member"
        for payer, standing in self.standing.items():
            if standing is Standing.SELECTED:
                self.stands_there(payer)

    def stands_there(self, payer: PayerKey) -> None:
        known = self.link(payer)
        assert known.contact_id is not None
        ours, theirs = self.desired(payer).values, self.there[known.contact_id]
        assert theirs[Field.CUSTOMER_NUMBER] == f"LID-{payer}", "an answer was applied to the wrong member"
        for group in {GROUP_OF[each] for each in ours}:
            verdict = judge(group, ours=ours, theirs=theirs, known=known, fingerprint=fingerprint)
            drifted = (known.contact_id, group) in self.edited_there and verdict in (Verdict.THEIRS, Verdict.MORE)
            assert verdict is Verdict.SAME or drifted, f"{group} is wrong there and nobody knows: {verdict}"

    def desired(self, payer: PayerKey) -> Desired:
        standing = self.standing[payer]
        record = {**self.records[payer], Field.CUSTOMER_NUMBER: f"LID-{payer}"}
        return Desired(payer, standing, record if standing is Standing.SELECTED else {})

    def link(self, payer: PayerKey) -> Known:
        return self.links.get(payer, NOTHING_KNOWN)

    def note(self, step: Step) -> None:
        known = self.link(step.payer)
        doubt = known.in_doubt if known.unsure else None
        self.links[step.payer] = replace(known, unsure=True, in_doubt=(doubt or frozenset()) | step.values.keys())

    def close(self, step: Step, contact: ContactId | None) -> None:
        known = self.link(step.payer)
        told = {**known.sent, **sent(step.values, fingerprint=fingerprint)}
        found = step.kind is Kind.FIND and contact is not None  # what stands there is still in doubt
        self.links[step.payer] = replace(known, contact_id=contact, sent=told, unsure=found)

    def perform(self, step: Step, fault: str) -> ContactId | None:
        if fault == "before the call":
            raise NoAnswer
        contact, written = step.contact_id, step.values
        if step.look_first and contact is None:
            number = f"LID-{step.payer}"
            contact = next((key for key, each in self.there.items() if each[Field.CUSTOMER_NUMBER] == number), None)
        if step.look_first and contact is not None:
            written = differing(written, self.there[contact])
        if step.kind is not Kind.FIND:
            contact = self.write(contact, written)
        if fault == "answer lost":
            raise NoAnswer
        return contact

    def write(self, contact: ContactId | None, written: Values) -> ContactId:
        if contact is None:
            contact = ContactId(str(len(self.there)))
            self.there[contact] = dict(values(**{each.value: "" for each in MAPPED}))
        self.there[contact] |= written
        return contact


class CallsThenSaves(Model):
    def note(self, step: Step) -> None:
        self.links.setdefault(step.payer, NOTHING_KNOWN)


class NotesOnlyCreates(Model):
    def note(self, step: Step) -> None:
        if step.kind is Kind.CREATE:
            super().note(step)


class FingerprintsBeforeTheWrite(Model):
    def note(self, step: Step) -> None:
        self.links[step.payer] = self.link(step.payer)
        self.close(step, step.contact_id)


steady = settings(max_examples=200, stateful_step_count=25, phases=[Phase.generate, Phase.shrink], print_blob=False)
caught = settings(steady, max_examples=1000, phases=[Phase.generate])


def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    run_state_machine_as_test(Model, settings=steady)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("engine", [CallsThenSaves, NotesOnlyCreates, FingerprintsBeforeTheWrite])
def test_an_engine_that_knows_better_is_caught(engine: type[Model]) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(engine, settings=caught)  # type: ignore[no-untyped-call]
