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


@pytest.mark.django_db
def test_every_key_is_held_by_the_database_and_checked_once() -> None:
    """By one of its own, or by one that holds the association too; the association also by what is pointed to."""
    models_ = [each for each in OURS if each._meta.app_label == "members" and belongs(each)]
    held = {(model._meta.db_table, column): _keys(model, column) for model in models_ for column in _pointing(model)}
    assert {key: found for key, found in held.items() if len(found) != 1} == {}


def _pointing(model: type[models.Model]) -> list[str]:
    keys = (each for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey))
    return [str(each.column) for each in keys if getattr(each, "db_constraint", True)]


def _keys(model: type[models.Model], column: str) -> list[str]:
    """The keys of the database that keep this column from pointing to nothing."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    keys = {name: each["columns"] for name, each in found.items() if each["foreign_key"]}
    own = [name for name, columns in keys.items() if columns == [column]]
    never_empty = {each.column for each in model._meta.concrete_fields if not each.null}
    composite = {name: columns for name, columns in keys.items() if columns[0] == "association_id" and columns[1:]}
    if column == "association_id":
        return own or [name for name, columns in composite.items() if columns[1] in never_empty][:1]
    return own + [name for name, columns in composite.items() if columns[1] == column]


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
