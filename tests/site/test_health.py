import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_monitor_hears_that_the_database_answers(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_no_page_may_run_or_load_anything_from_elsewhere(client: Client) -> None:
    policy = client.get("/account/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
