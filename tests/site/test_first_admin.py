"""The link with which the first account is made: once, by somebody who types what people type."""

import pytest
from django.test import Client

from ledenbrug.members.models import Association, FinancialAdministration, User
from ledenbrug.site import first_admin

pytestmark = pytest.mark.django_db
TYPED = {
    "association": "Zangvereniging Verzonnen",
    "name": "Bea",
    "email": "bea@koor.example",
    "password": "zeven eenden op een rij",
}


def sent(client: Client, **typed: str) -> tuple[int, list[str]]:
    """How the form was answered, and which fields must be mended."""
    link = first_admin.link()
    assert link is not None
    answer = client.post("/start/" + link.rpartition("/")[2], {**TYPED, **typed})
    return answer.status_code, [] if answer.context is None else list(answer.context["form"].errors)


def test_who_makes_the_first_account_is_in_and_the_link_is_dead(client: Client) -> None:
    assert sent(client) == (302, [])
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/zangvereniging-verzonnen/"
    assert FinancialAdministration.objects.get().name == "Zangvereniging Verzonnen"
    assert first_admin.link() is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("association", "Koor\x01"),
        ("association", "K" * 201),
        ("email", f"bea@{'deelvandenaam.' * 20}example"),
        ("password", "kort"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field_and_nothing_is_made(
    client: Client, field: str, typed: str
) -> None:
    assert sent(client, **{field: typed}) == (200, [field])
    assert not User.objects.exists()
    assert not Association.objects.exists()
