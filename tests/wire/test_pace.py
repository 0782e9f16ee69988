"""Slots of a limit, and what answers say about it."""

from datetime import UTC, datetime, timedelta

import pytest

from ledenbrug.core.errors import Temporary
from ledenbrug.core.line import Limit, Scope
from ledenbrug.wire.pace import Window, announced, wait_until, window_end

START = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # a multiple of 300 seconds
END = START + timedelta(seconds=300)
LIMIT = Limit(3, 300, Scope.EGRESS, left_header="X-Left", resets_header="X-Reset")
DAILY = Limit(50, 86_400, Scope.ADMINISTRATION, left_header="X-Day-Left", resets_header="X-Day-Reset")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def taken(window: Window, *, now: datetime) -> int:
    """How many slots can be had."""
    for n in range(10):
        try:
            window.take(now=now)
        except Temporary:
            return n
    raise AssertionError("no end to it")


def test_a_window_gives_its_slots_and_then_says_until_when() -> None:
    window = Window(LIMIT)
    assert taken(window, now=at(10)) == 3
    with pytest.raises(Temporary) as wait:
        window.take(now=at(299.9))
    assert (wait.value.reason, wait.value.until, wait.value.reached) == ("budget", END, False)


def test_the_next_window_starts_full_on_the_clock() -> None:
    window = Window(LIMIT)
    assert taken(window, now=at(299)) == 3
    assert taken(window, now=at(300)) == 3
    assert taken(window, now=at(3000)) == 3


def test_what_the_answers_say_counts_when_it_is_less() -> None:
    window = Window(LIMIT)
    window.heard(left=1, resets=END, now=at(10))
    assert taken(window, now=at(11)) == 1


def test_an_answer_that_knows_of_fewer_requests_gives_nothing_back() -> None:
    window = Window(LIMIT)
    assert taken(window, now=at(10)) == 3
    window.heard(left=3, resets=END, now=at(10))
    assert taken(window, now=at(11)) == 0


def test_a_late_answer_about_a_window_that_is_over_is_ignored() -> None:
    window = Window(LIMIT)
    window.take(now=at(301))
    window.heard(left=0, resets=END, now=at(302))
    assert taken(window, now=at(303)) == 2


def test_a_package_whose_clock_is_ahead_has_begun_the_next_window() -> None:
    window = Window(LIMIT)
    assert taken(window, now=at(298)) == 3
    window.heard(left=2, resets=at(597), now=at(299))
    assert taken(window, now=at(299)) == 2
    assert taken(window, now=at(596)) == 0


def test_a_reset_further_away_than_a_window_is_no_reset() -> None:
    window = Window(LIMIT)
    window.heard(left=0, resets=at(10_000), now=at(10))
    assert taken(window, now=at(11)) == 3


def test_a_window_that_is_not_aligned_is_followed() -> None:
    window = Window(LIMIT)
    window.heard(left=0, resets=at(250), now=at(10))
    assert taken(window, now=at(249)) == 0
    assert taken(window, now=at(250)) == 3
    assert taken(window, now=at(301)) == 0
    assert taken(window, now=at(550)) == 3


def test_without_a_word_about_the_reset_the_clock_counts() -> None:
    window = Window(LIMIT)
    window.heard(left=0, resets=None, now=at(10))
    with pytest.raises(Temporary) as wait:
        window.take(now=at(11))
    assert wait.value.until == END


@pytest.mark.parametrize(
    ("left", "resets", "said"),
    [
        ("2", str(int(END.timestamp())), (2, END)),
        ("2", str(int(END.timestamp() * 1000)), (2, END)),
        ("2", "290", (2, END)),
        ("0", "Mon, 02 Mar 2026 11:05:00 GMT", (0, END)),
        ("2", "", (2, None)),
        ("", "", (None, None)),
        ("-1", "soon", (None, None)),
        ("\N{FULLWIDTH DIGIT TWO}", "\N{SUPERSCRIPT TWO}", (None, None)),
        ("2", "99999999999999999999", (2, None)),
        ("2", "999999999999", (2, None)),  # a second, and a thousandth of one, that no calendar holds
        ("2", "999999999999999", (2, None)),
        ("9" * 5000, "9" * 5000, (None, None)),
        ("2", "Fri, 31 Dec 9999 23:59:59 -1200", (2, None)),
        ("2", "Mon, 02 Mar 2026 11:05:00 -0000", (2, END)),
        ("2", "4102444800", (2, at(310))),  # the year 2100: no window is longer than it is
        ("2", "1000000000", (2, at(10))),  # the year 2001
    ],
)
def test_headers_are_read_whatever_they_count_in(
    left: str, resets: str, said: tuple[int | None, datetime | None]
) -> None:
    assert announced(LIMIT, {"X-Left": left, "X-Reset": resets}, now=at(10)) == said


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({}, END),
        ({"Retry-After": str(int(END.timestamp()))}, END),
        ({"Retry-After": "30"}, at(40)),
        ({"Retry-After": "0"}, at(11)),
        ({"Retry-After": str(int(START.timestamp()))}, at(11)),  # a clock that is behind ours
        ({"Retry-After": "4102444800"}, at(10 + 86_400)),
        ({"Retry-After": "never"}, END),
        ({"X-Reset": "60", "X-Left": "0", "X-Day-Left": "40", "X-Day-Reset": "5000"}, at(70)),
        ({"X-Day-Left": "0", "X-Day-Reset": "5000"}, at(5010)),
        ({"X-Reset": "60", "X-Left": "3", "Retry-After": "30"}, at(40)),
    ],
)
def test_after_a_refusal_the_wait_is_as_long_as_said_and_never_longer_than_a_window(
    headers: dict[str, str], until: datetime
) -> None:
    assert wait_until((LIMIT, DAILY), headers, now=at(10)) == until


def test_a_package_without_limits_that_refuses_is_left_alone_for_a_minute_at_most() -> None:
    assert wait_until((), {}, now=at(10)) == at(60)


def test_windows_end_on_multiples_of_their_length() -> None:
    assert window_end(LIMIT, now=START) == END
    assert window_end(LIMIT, now=END - timedelta(microseconds=1)) == END
    assert window_end(LIMIT, now=END) == at(600)
