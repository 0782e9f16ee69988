"""Invoices go where the member wants them."""

import pytest

from tests.members.factories import a_member
from tests.sync.stage import a_stage

pytestmark = pytest.mark.django_db


def test_an_address_for_invoices_goes_over_instead_of_the_members_own() -> None:
    stage = a_stage()
    anna = a_member(
        stage.association, status=stage.status, email="anna@brug.example", invoice_email="rekening@brug.example"
    )
    stage.turn()
    assert [each["email"] for each in stage.contacts()] == ["rekening@brug.example"]

    anna.invoice_email = ""
    anna.save()
    stage.turn()
    assert [each["email"] for each in stage.contacts()] == ["anna@brug.example"]
