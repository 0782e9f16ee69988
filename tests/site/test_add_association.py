"""Whoever hosts several associations adds one by a command."""

import re
import subprocess
import sys

import pytest
from django.test import Client

from ledenbrug.members.models import Association, Role
from tests.manager.front import a_front

pytestmark = pytest.mark.django_db(transaction=True)
CHOSEN = "a long invented sentence"


def add(name: str, email: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ledenbrug", "add-association", name, email],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_administrator_of_another_association_gets_in_by_the_link(process_environment: dict[str, str]) -> None:
    front = a_front()
    done = add("Zangkoor Ons Genoegen", "voorzitter@koor.example", process_environment)
    assert done.returncode == 0, done.stderr
    address, way = re.findall(r"https?://[^/\s]+(/\S+)", done.stdout)
    newcomer = Client()
    page = newcomer.get(way, follow=True)
    newcomer.post(page.redirect_chain[-1][0], {"password1": CHOSEN, "password2": CHOSEN})
    assert newcomer.login(request=page.wsgi_request, email="voorzitter@koor.example", password=CHOSEN)
    assert newcomer.get(address).status_code == 200
    assert newcomer.get(front.root).status_code == 404


def test_one_administrator_may_have_several_and_keeps_the_password(process_environment: dict[str, str]) -> None:
    known = a_front().user(Role.ADMIN)
    for _ in range(2):
        assert "password" not in add("Zangkoor", known.email.upper(), process_environment).stdout
    assert [each.slug for each in Association.objects.filter(assignments__user=known).order_by("id")][1:] == [
        "zangkoor",
        "zangkoor-2",
    ]


def test_what_cannot_be_added_is_said_in_one_line_and_leaves_nothing(process_environment: dict[str, str]) -> None:
    before = Association.objects.count()
    assert add("Zangkoor", "nobody", process_environment).stderr == "The second word is no e-mail address.\n"
    assert "1 to 200 characters" in add(" ", "voorzitter@koor.example", process_environment).stderr
    assert Association.objects.count() == before
