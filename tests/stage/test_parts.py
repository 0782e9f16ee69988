"""Routes, limits, languages and pages, each by itself."""

from argparse import ArgumentParser
from dataclasses import dataclass

import pytest

from ledenbrug.stage import banks, pages
from ledenbrug.stage.limit import Limit, Limiter, parse_limit
from ledenbrug.stage.messages import Request, Response
from ledenbrug.stage.oauth import Policy, TokenDesk
from ledenbrug.stage.record import Record
from ledenbrug.stage.routes import Found, Missing, Routes
from ledenbrug.stage.switching import add_options, amount, choice, from_options


def nothing(_request: Request, _parameters: dict[str, str]) -> Response:
    return Response(204)


def test_a_literal_segment_wins_and_parameters_are_decoded() -> None:
    routes = Routes()
    for method, pattern in (("GET", "/{books}/contacts/{id}"), ("GET", "/{books}/contacts/filter"), ("POST", "/a")):
        routes.add(method, pattern, nothing)

    def found(method: str, path: str) -> object:
        match = routes.find(method, path)
        return (match.route.pattern, match.parameters) if isinstance(match, Found) else match

    assert found("GET", "/1/contacts/a%2Fb%20c") == ("/{books}/contacts/{id}", {"books": "1", "id": "a/b c"})
    assert found("GET", "/1/contacts/filter/") == ("/{books}/contacts/filter", {"books": "1"})
    assert found("HEAD", "/1/contacts/2") == ("/{books}/contacts/{id}", {"books": "1", "id": "2"})
    assert found("PUT", "/1/contacts/2") == Missing(("GET",))
    assert found("GET", "/a") == Missing(("POST",))
    assert found("GET", "/1/contacts") == Missing(())
    assert found("GET", "/1//2") == Missing(())


def test_a_window_starts_on_the_clock_and_counts_each_caller() -> None:
    limiter = Limiter(Limit(2, 60))
    verdicts = [limiter.take("a", 119.0), limiter.take("a", 119.5), limiter.take("a", 119.9), limiter.take("b", 119.9)]
    assert [(one.allowed, one.left, one.reset) for one in verdicts if one] == [
        (True, 1, 120),
        (True, 0, 120),
        (False, 0, 120),
        (True, 1, 120),
    ]
    later = limiter.take("a", 120.0)
    assert later
    assert (later.allowed, later.reset) == (True, 180)
    assert Limiter(None).take("a", 0) is None


def test_a_limit_is_written_as_requests_per_seconds() -> None:
    assert (parse_limit("150/300"), parse_limit("none")) == (Limit(150, 300), None)
    for wrong in ("150", "150/", "a/b", "1/0", "-1/5"):
        with pytest.raises(ValueError, match="REQUESTS/SECONDS"):
            parse_limit(wrong)


@pytest.mark.parametrize(
    ("asked", "language"),
    [("nl-BE,nl;q=0.9,en;q=0.8", "nl"), ("en;q=0.3,nl;q=0.7", "nl"), ("de,fr", "en"), ("", "en"), ("nl;q=x", "en")],
)
def test_the_language_is_the_first_that_the_browser_asks_for(asked: str, language: str) -> None:
    request = Request("GET", "/", "", {"accept-language": asked}, b"", "127.0.0.1")
    assert pages.language_of(request) == language


def test_a_page_escapes_and_allows_no_script() -> None:
    page = pages.page(title="<b>", body=pages.text_field("x", "<i>", '"'), language="en", brand="&", banner="<u>")
    text = page.body.decode()
    assert not {"<b>", "<i>", "<u>"} & {text[at : at + 3] for at in range(len(text))}
    assert 'value="&quot;"' in text
    assert "default-src 'none'" in dict(page.headers)["Content-Security-Policy"]


@dataclass(frozen=True)
class Doubts:
    cheese: str = choice("old", "young", why="how old the cheese is")
    eggs: float = amount(6, why="how many eggs")


def test_a_doubt_is_an_option_with_the_likeliest_default() -> None:
    parser = ArgumentParser()
    add_options(parser, Doubts)
    assert from_options(parser.parse_args([]), Doubts) == Doubts("old", 6)
    assert from_options(parser.parse_args(["--cheese", "young", "--eggs", "7.5"]), Doubts) == Doubts("young", 7.5)
    with pytest.raises(SystemExit):
        parser.parse_args(["--cheese", "blue"])


def test_the_record_knows_how_many_requests_of_one_caller_came_together() -> None:
    record = Record()
    with record.during("a"), record.during("b"), record.during(""), record.during(""):
        assert record.most_together() == 1
        with record.during("a"):
            assert record.most_together() == 2
    with record.during("a"):
        assert record.most_together() == 2
    record.reset()
    assert record.most_together() == 0


def test_tokens_look_as_their_package_makes_them() -> None:
    given = iter("123")
    desk = TokenDesk(lambda: 0.0, Policy(mint=lambda kind: f"{kind}-{next(given)}"))
    grant = desk.allow(client_id="c", user_id="u", scopes=(), reach=())
    token = desk.token_for(grant)
    assert (desk.code_for(grant, "http://x/"), token.access, token.refresh) == ("code-3", "access-1", "refresh-2")


@pytest.mark.parametrize(
    ("iban", "good", "bic"),
    [
        ("NL91ABNA0417164300", True, "ABNANL2A"),
        ("NL91ABNA0417164301", False, "ABNANL2A"),
        ("BE68539007547034", True, ""),
    ],
)
def test_an_iban_is_checked_and_a_dutch_one_tells_its_bank(iban: str, good: bool, bic: str) -> None:
    assert (banks.is_iban(iban), banks.bic_of(iban)) == (good, bic)
