"""Keeps associations apart: the one way to get the rows of an association, and keys that cannot point across.

It must not know a model of any app; models and migrations of every app with rows of an association use it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from django.db import migrations, models

if TYPE_CHECKING:
    from ledenbrug.members.models import Association

M = TypeVar("M", bound=models.Model)
Targets = Mapping[str, str]
"""Column that points → table it points to."""


class OfAssociation(models.Manager[M]):
    """Every view starts with `Model.objects.of(association)`, or with a row that was found so."""

    def of(self, association: "Association | int") -> "models.QuerySet[M]":
        return self.filter(association=association)


def composite_keys(keys: Mapping[str, Targets], *, targets: tuple[str, ...] = ()) -> list[migrations.RunSQL]:
    """Foreign keys that hold the association too, so that a row can only point to one of its own association.

    `keys` is table → its pointing columns; `targets` are the tables of this migration that are pointed to.
    """
    return [_unique(table) for table in targets] + [
        _key(table, column, target) for table, columns in keys.items() for column, target in columns.items()
    ]


def keys_once(app: str) -> migrations.RunSQL:
    """Takes away the keys that composite ones imply: each is a look-up for every row that is written or deleted.

    One column that a composite key holds too; the association where a composite key that is never empty leads to it.
    """
    return migrations.RunSQL(_KEYS_ONCE.format(app=app), migrations.RunSQL.noop)


def constraint_name(table: str, column: str) -> str:
    return f"{table}_{column}_same_association"


def keys_between(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """The columns of `model` that point to rows of an association, with their tables: what must be in `keys`."""
    for field in model._meta.concrete_fields:
        target = field.related_model
        held = isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True)
        if held and isinstance(target, type) and belongs(target):
            yield str(field.column), target._meta.db_table


def belongs(model: type[models.Model]) -> bool:
    """Whether the rows of this model are an association's."""
    return any(field.column == "association_id" for field in model._meta.concrete_fields)


def _unique(table: str) -> migrations.RunSQL:
    name = f"{table}_of_association"
    return migrations.RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (association_id, id)',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )


def _key(table: str, column: str, target: str) -> migrations.RunSQL:
    name = constraint_name(table, column)
    return migrations.RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (association_id, "{column}") '
        f'REFERENCES "{target}" (association_id, id) DEFERRABLE INITIALLY DEFERRED',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )


_KEYS_ONCE = r"""
DO $$
DECLARE implied record;
BEGIN
    FOR implied IN
        SELECT DISTINCT single.conrelid::regclass AS owner, single.conname
        FROM pg_constraint single JOIN pg_constraint whole
        ON whole.contype = 'f' AND whole.conrelid = single.conrelid AND whole.conname LIKE '%\_same\_association'
        JOIN pg_attribute pointer ON pointer.attrelid = whole.conrelid AND pointer.attnum = whole.conkey[2]
        WHERE single.contype = 'f' AND cardinality(single.conkey) = 1
        AND single.conrelid::regclass::text LIKE '{app}\_%'
        AND CASE single.confrelid
            WHEN whole.confrelid THEN single.conkey[1] = whole.conkey[2]
            WHEN 'members_association'::regclass THEN pointer.attnotnull AND whole.confrelid <> single.conrelid
            ELSE false END
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', implied.owner, implied.conname);
    END LOOP;
END $$
"""
