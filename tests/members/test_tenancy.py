"""The promise that associations never see or touch each other's rows, over every table there is."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from ledenbrug.members.models import Association, Member, Period, User
from ledenbrug.members.tenancy import OfAssociation, belongs, constraint_name, keys_between
from tests.members.factories import a_member, a_status, an_association

OURS = [
    model
    for label in ("members", "sync")
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
    if not model._meta.proxy
]
WITHOUT = {"User", "User_groups", "User_user_permissions", "Association", "Instance", "Spent", "Touched"}
"""People, the tenant itself, and what belongs to the installation; `Touched` goes by its connection."""


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_table_says_whose_row_it_is(model: type[models.Model]) -> None:
    assert belongs(model) != (model.__name__ in WITHOUT)


@pytest.mark.parametrize(
    "model",
    [each for each in OURS if belongs(each)],
    ids=lambda each: each.__name__,
)
def test_every_table_has_the_one_way_to_an_associations_rows(model: type[models.Model]) -> None:
    assert isinstance(model._default_manager, OfAssociation)


@pytest.mark.django_db
def test_every_key_between_rows_of_associations_holds_the_association_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        there = {name for (name,) in cursor.fetchall()}
    missing = [
        constraint_name(model._meta.db_table, column)
        for model in OURS
        if belongs(model)
        for column, _ in keys_between(model)
        if constraint_name(model._meta.db_table, column) not in there
    ]
    assert not missing


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_status_of_another_association() -> None:
    here, there = an_association(), an_association()
    theirs = a_status(there)
    member = a_member(here)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=member.pk).update(status=theirs)
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(association=here, member=member, status=theirs, start="2026-01-01")


@pytest.mark.django_db
def test_rows_of_an_association_are_its_own() -> None:
    here, there = an_association(), an_association()
    mine, _ = a_member(here), a_member(there)
    assert list(Member.objects.of(here)) == [mine]
    assert list(Member.objects.of(here.pk)) == [mine]


def test_people_and_associations_are_the_only_ones_above() -> None:
    assert not belongs(User)
    assert not belongs(Association)
