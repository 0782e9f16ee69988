import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from ledenbrug.site import schema
from ledenbrug.site.postgres.errors import CannotStart


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_this_release_knows_the_tables_there_are() -> None:
    assert schema.state() is schema.State.SAME


@pytest.mark.django_db
def test_a_database_of_a_newer_release_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('sync', '9999_later', now())")
    assert schema.state() is schema.State.NEWER
    with pytest.raises(CannotStart, match="newer release"):
        schema.migrate(lambda line: None)


@pytest.mark.django_db
def test_a_migration_that_is_missing_makes_the_database_older() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert schema.state() is schema.State.OLDER


@pytest.mark.django_db
def test_two_never_migrate_at_once(process_environment: dict[str, str]) -> None:
    done = threading.Event()
    with psycopg.connect(process_environment["LEDENBRUG_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [schema.LOCK])
        waiting = threading.Thread(target=lambda: (schema.migrate(lambda line: None), done.set(), connection.close()))
        waiting.start()
        assert not done.wait(0.5)
        other.execute("SELECT pg_advisory_unlock(%s)", [schema.LOCK])
        assert done.wait(120)
    waiting.join()
