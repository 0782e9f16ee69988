from io import BytesIO

import pytest
from django.test import Client

from ledenbrug.members.sources.spreadsheet.reading import LARGEST
from ledenbrug.site.request_size import MOST_BYTES


class Unread(BytesIO):
    def read(self, *arguments: object) -> bytes:
        raise AssertionError("somebody read what should have been refused")


@pytest.mark.parametrize("page", ["/account/login/", "/", "/nowhere/members/import/"])
def test_a_stranger_cannot_fill_the_disk(client: Client, page: str) -> None:
    """The check against forgery reads a form whole, a file and all, before it is known who sends it."""
    client.cookies["csrftoken"] = "a" * 32
    headers = {"CONTENT_LENGTH": str(MOST_BYTES + 1), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    answer = client.generic("POST", page, **headers, **{"wsgi.input": Unread()})
    assert answer.status_code == 413
    assert f"{LARGEST // 1_000_000} MB" in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]
