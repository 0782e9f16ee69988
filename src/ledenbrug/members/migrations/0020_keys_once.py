"""A key that a composite one implies is not checked beside it: of what an import writes half the checks were double."""

from django.db import migrations

from ledenbrug.members.tenancy import keys_once


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0019_rounds"),
    ]

    operations = [
        keys_once("members"),
    ]
