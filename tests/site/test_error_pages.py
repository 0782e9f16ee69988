"""What somebody sees where nothing else can be shown."""

import re
from typing import Any

import pytest
from django.test import Client

from ledenbrug.site.request_size import MOST_BYTES

BOTH = [("en", "To the overview"), ("nl", "Naar het overzicht")]


def is_a_page_of_the_house(answer: Any, *words: str) -> None:
    page = answer.content.decode()
    assert [each for each in words if each not in page] == []
    assert "manager/theme" in page
    assert 'href="/"' in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r"<style|style=|<script(?! src=)|\son\w+=", page)


def test_a_mistake_of_ours_is_told_in_both_languages_without_the_database() -> None:
    """Where the database is away, nobody can say who looks or what they read: pytest refuses it here, too."""
    client = Client(raise_request_exception=False)
    client.cookies["ledenbrug"] = "a session that would have to be looked up"
    answer = client.get("/")
    assert answer.status_code == 500
    is_a_page_of_the_house(answer, "Er ging iets mis", "Something went wrong", *(way for _, way in BOTH))


def test_a_request_that_cannot_be_read_is_told_in_both_languages(client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    is_a_page_of_the_house(answer, "Dit verzoek is niet te lezen", "This request cannot be read")


@pytest.mark.parametrize(("language", "way"), BOTH)
def test_too_large_a_file_gets_a_page_of_its_own(client: Client, language: str, way: str) -> None:
    answer = client.post("/", headers={"accept-language": language}, CONTENT_LENGTH=str(MOST_BYTES + 1))
    assert answer.status_code == 413
    is_a_page_of_the_house(answer, way, "50 MB")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "too often in a row"), ("nl", "te vaak achter elkaar")])
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/login/", {"login": "ans@brug.example", "password": "guessed"}),
        ("/account/password/reset/", {"email": "ans@brug.example"}),
    ],
)
def test_who_tries_too_often_reads_how_long_to_wait(
    client: Client, path: str, form: dict[str, str], language: str, words: str
) -> None:
    statuses = [client.post(path, form, headers={"accept-language": language}) for _ in range(9)]
    assert statuses[-1].status_code == 429
    is_a_page_of_the_house(statuses[-1], words, "/account/login/")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "way"), BOTH)
def test_a_page_that_does_not_exist_shows_the_way_on(client: Client, language: str, way: str) -> None:
    answer = client.get("/account/nowhere/", headers={"accept-language": language})
    assert answer.status_code == 404
    is_a_page_of_the_house(answer, way)
