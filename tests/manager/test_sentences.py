"""Every code that can reach a person has a sentence, in both languages, and its gaps are filled."""

import re

import pytest
from django.utils import translation

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field, Group
from ledenbrug.manager import sentences, words
from ledenbrug.manager.sentences import files, records, tasks
from ledenbrug.members.refusals import Fault
from ledenbrug.members.refusals import Reason as RecordReason
from ledenbrug.members.sources.spreadsheet.reading import FileReason
from ledenbrug.members.tasks import Trouble
from ledenbrug.sync import refusals, settle

LANGUAGES = ("nl", "en")
ENDINGS = ("revoked", "shared", "by_hand")


@pytest.mark.parametrize("code", [*Reason, *sorted(refusals.ALL), *ENDINGS])
def test_every_code_of_the_link_has_a_sentence(code: str) -> None:
    assert code in sentences.SENTENCES


@pytest.mark.parametrize("reason", list(RecordReason))
def test_every_code_of_the_records_has_a_sentence(reason: RecordReason) -> None:
    assert reason in records.SENTENCES


@pytest.mark.parametrize("reason", list(FileReason))
def test_every_code_of_a_file_has_a_sentence(reason: FileReason) -> None:
    assert reason in files.SENTENCES


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_of_a_task_has_a_sentence(trouble: Trouble) -> None:
    assert trouble in tasks.SENTENCES


def test_what_a_worker_ran_into_reads_as_it_would_at_once() -> None:
    with translation.override("en"):
        assert (
            sentences.of_task("differs", {})
            == "Members changed in the meantime. Nothing was done: look at the numbers again."
        )
        assert sentences.of_task("too_many_rows", {"most": "5"}) == sentences.of_file("too_many_rows", {"most": "5"})
        assert sentences.of_task("undone", {}) == sentences.of_record(Fault(RecordReason.UNDONE))


def test_a_customer_number_of_letters_says_where_it_came_from() -> None:
    """It said to mend the customer number in the membership record, where there is none."""
    with translation.override("en"):
        told = sentences.sentence(Reason.INVALID, package="Pakket", group=Group.CUSTOMER_NUMBER)
    assert "made of the member number" in told


@pytest.mark.parametrize("code", sorted({*sentences.SENTENCES, *map(str, Reason)}))
def test_dutch_and_english_differ_and_name_the_package(code: str) -> None:
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = sentences.sentence(code, package="Pakket", group="email")
    assert told["nl"] != told["en"]
    assert not any(re.search(r"%\(", each) for each in told.values())


def test_a_gap_that_nobody_fills_is_an_ellipsis() -> None:
    with translation.override("en"):
        assert "…" in sentences.sentence("many_created", package="Package")


def test_a_code_that_nobody_foresaw_still_gives_a_sentence_with_the_code_in_it() -> None:
    with translation.override("en"):
        assert sentences.sentence("never_heard_of", package="Package") == "Something needs a look (never_heard_of)."


def test_a_percent_sign_in_a_value_does_no_harm() -> None:
    assert "100%" in sentences.of_record(Fault(RecordReason.TOO_LONG, "name", {"most": "100%"}))


def test_every_field_group_and_action_has_a_word() -> None:
    assert set(words.FIELDS) == set(Field)
    assert set(words.GROUPS) == set(Group)
    actions = {action for each in settle.FITS.values() for action in each} | set(settle.OTHERS)
    assert actions <= set(words.ACTIONS)
