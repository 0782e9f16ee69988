"""From *Connect* to *Save*, against the sandbox over HTTP."""

from datetime import timedelta

import pytest

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.sync import connecting, lines, nightly, operations, refusals
from ledenbrug.sync.models import Connection, Grant
from ledenbrug.sync.refusals import Refused
from tests.members.factories import a_user
from tests.sync.at_moneybird import BACK, FIRST, NOW, SECOND, Treasury, a_treasury, say_yes

pytestmark = pytest.mark.django_db


def test_a_person_who_allows_comes_back_with_a_grant_for_the_administration_chosen_there(
    treasury: Treasury, there: sandbox.Sandbox
) -> None:
    grant = treasury.back(say_yes(treasury.begin(), SECOND))
    offers = connecting.administrations(grant, now=NOW)
    assert [(each.id, each.usable, each.taken) for each in offers] == [(SECOND, True, "")]


def test_a_grant_that_is_not_used_expires(treasury: Treasury, there: sandbox.Sandbox) -> None:
    grant = treasury.back(say_yes(treasury.begin()))
    assert grant.expires_at == NOW + connecting.UNUSED
    nightly.throw_away(now=NOW + connecting.UNUSED)
    assert Grant.objects.get() == grant
    nightly.throw_away(now=NOW + connecting.UNUSED + timedelta(seconds=1))
    assert not Grant.objects.exists()


def test_tokens_of_a_removal_that_broke_off_are_not_kept_for_ever(treasury: Treasury, there: sandbox.Sandbox) -> None:
    used = treasury.save(treasury.back(say_yes(treasury.begin(), SECOND)), SECOND).grant
    left = treasury.save(treasury.back(say_yes(treasury.begin())))
    Connection.objects.filter(id=left.id).update(removed_at=NOW, grant=None, enabled=False)
    nightly.throw_away(now=NOW + timedelta(hours=1))  # it may be at it still
    assert Grant.objects.count() == 2
    nightly.throw_away(now=NOW + timedelta(days=2))
    assert Grant.objects.get() == used


def test_saving_keeps_the_grant_and_leaves_the_connection_off(treasury: Treasury, there: sandbox.Sandbox) -> None:
    connection = treasury.save(treasury.back(say_yes(treasury.begin())))
    connection.refresh_from_db()
    assert (connection.enabled, connection.administration, connection.grant.expires_at) == (False, FIRST, None)  # type: ignore[union-attr]
    assert connection.groups == ["address", "customer_number", "email", "name"]


def test_an_administration_with_a_very_long_name_can_be_connected(treasury: Treasury, there: sandbox.Sandbox) -> None:
    there.world.administrations[FIRST].name = "Vereniging " * 25
    connection = treasury.save(treasury.back(say_yes(treasury.begin())))
    assert connection.administration_name == ("Vereniging " * 25)[:200]


def test_refusing_there_leaves_nothing_behind(treasury: Treasury, there: sandbox.Sandbox) -> None:
    with pytest.raises(Refused, match="consent_refused"):
        treasury.back(say_yes(treasury.begin(), answer="refuse"))
    assert not Grant.objects.exists()


def test_a_state_works_once(treasury: Treasury, there: sandbox.Sandbox) -> None:
    params = say_yes(treasury.begin())
    treasury.back(params)
    with pytest.raises(Refused, match=refusals.STATE_WRONG):
        treasury.back(params)


@pytest.mark.parametrize("state", [{}, {"state": ""}, {"state": "invented"}])
def test_a_state_that_we_did_not_give_is_refused(treasury: Treasury, state: dict[str, str]) -> None:
    with pytest.raises(Refused, match=refusals.STATE_WRONG):
        treasury.back({"code": "invented", **state})


def test_somebody_else_cannot_come_back_in_my_place(treasury: Treasury, there: sandbox.Sandbox) -> None:
    params = say_yes(treasury.begin())
    with pytest.raises(Refused, match=refusals.WRONG_USER):
        treasury.back(params, user=a_user())
    assert treasury.back(params).asked_by == treasury.user


def test_who_comes_back_after_half_an_hour_begins_again(treasury: Treasury, there: sandbox.Sandbox) -> None:
    params = say_yes(treasury.begin())
    with pytest.raises(Refused, match=refusals.EXPIRED):
        treasury.back(params, now=NOW + timedelta(minutes=31))


def test_a_code_that_was_used_already_leaves_nothing_behind(treasury: Treasury, there: sandbox.Sandbox) -> None:
    first = say_yes(treasury.begin())
    treasury.back(first)
    again = say_yes(treasury.begin())
    with pytest.raises(Refused, match="code_used"):
        treasury.back({**again, "code": first["code"]})
    assert Grant.objects.count() == 1


def test_a_package_that_is_down_leaves_nothing_behind(treasury: Treasury, there: sandbox.Sandbox) -> None:
    params = say_yes(treasury.begin())
    there.stop()
    with pytest.raises(Refused, match="unreachable"):
        treasury.back(params)
    assert not Grant.objects.exists()


def test_a_personal_token_is_enough(treasury: Treasury, there: sandbox.Sandbox) -> None:
    grant = connecting.paste(
        association=treasury.association, package="moneybird", token=" a-personal-token\n", user=treasury.user, now=NOW
    )
    assert [each.id for each in connecting.administrations(grant, now=NOW)] == [FIRST, SECOND]


def test_a_wrong_personal_token_leaves_nothing_behind(treasury: Treasury, there: sandbox.Sandbox) -> None:
    with pytest.raises(Refused, match="withdrawn"):
        connecting.paste(
            association=treasury.association, package="moneybird", token="wrong", user=treasury.user, now=NOW
        )
    assert not Grant.objects.exists()


def test_tokens_are_sealed_in_the_database(treasury: Treasury, there: sandbox.Sandbox) -> None:
    grant = treasury.back(say_yes(treasury.begin()))
    grant.refresh_from_db()
    kept = f"{grant.tokens} {grant.client_secret}"
    assert lines.tokens(grant).access not in kept
    assert "ledenbrug-sandbox-secret" not in kept


def test_an_administration_that_is_in_use_is_refused_and_named_only_to_its_own_association(
    treasury: Treasury, there: sandbox.Sandbox
) -> None:
    treasury.save(treasury.back(say_yes(treasury.begin())))
    again = treasury.back(say_yes(treasury.begin()))
    with pytest.raises(Refused, match=refusals.TAKEN_OWN) as own:
        treasury.save(again)
    assert own.value.params == {"by": "Algemeen"}

    others = a_treasury()
    with pytest.raises(Refused, match=refusals.TAKEN_OTHER) as other:
        others.save(others.back(say_yes(others.begin())))
    assert other.value.params == {"by": ""}


def test_one_financial_administration_has_one_enabled_connection_to_a_package(
    treasury: Treasury, there: sandbox.Sandbox
) -> None:
    first = treasury.save(treasury.back(say_yes(treasury.begin(), FIRST)), FIRST)
    second = treasury.save(treasury.back(say_yes(treasury.begin(), SECOND)), SECOND)
    operations.enable(first, user=treasury.user, now=NOW)
    with pytest.raises(Refused, match=refusals.ENABLED_ALREADY) as refusal:
        operations.enable(second, user=treasury.user, now=NOW)
    assert refusal.value.params == {"by": first.administration_name}


def test_removing_withdraws_the_permission_and_frees_the_administration(
    treasury: Treasury, there: sandbox.Sandbox
) -> None:
    connection = treasury.save(treasury.back(say_yes(treasury.begin())))
    assert operations.remove(connection, user=treasury.user, now=NOW) == "revoked"
    assert treasury.save(treasury.back(say_yes(treasury.begin()))).id != connection.id


def test_authorised_again_by_somebody_else_it_reaches_the_same_administration_or_is_refused_with_both_names(
    treasury: Treasury, there: sandbox.Sandbox
) -> None:
    connection = treasury.save(treasury.back(say_yes(treasury.begin())))
    before = connection.grant
    successor = a_user(treasury.association, "treasurer")

    def again(administration: str) -> Grant:
        address = connecting.begin(
            association=treasury.association,
            package="moneybird",
            user=successor,
            redirect_uri=BACK,
            now=NOW,
            reconnects=connection,
        )
        return treasury.back(say_yes(address, administration), user=successor)

    with pytest.raises(Refused, match=refusals.OTHER_ADMINISTRATION) as refusal:
        again(SECOND)
    assert refusal.value.params == {
        "administration": "Stichting Vrienden van De Brug (sandbox)",
        "expected": "Voorbeeldvereniging De Brug (sandbox)",
    }
    connection.refresh_from_db()
    assert connection.grant == before

    new = again(FIRST)
    connection.refresh_from_db()
    assert connection.grant == new


def test_who_lost_the_role_while_away_connects_nothing(treasury: Treasury, there: sandbox.Sandbox) -> None:
    params = say_yes(treasury.begin())
    treasury.user.assignments.update(role="auditor")
    with pytest.raises(Refused, match=refusals.WRONG_USER):
        treasury.back(params)
