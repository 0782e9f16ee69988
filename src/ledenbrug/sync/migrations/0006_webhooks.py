"""Packages may tell of changes by themselves."""

import django.db.models.deletion
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {
    "sync_hook": {"connection_id": "sync_connection", "grant_id": "sync_grant"},
    "sync_hint": {"connection_id": "sync_connection"},
}


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0004_looked_revision"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("site", models.CharField(max_length=200)),
                ("remote", models.CharField(blank=True, max_length=64)),
                ("secret", models.TextField(blank=True)),
                ("looked_at", models.DateTimeField()),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sync.connection"
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="sync.grant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact", models.CharField(max_length=64)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("digest", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("waits", models.BooleanField(default=True)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sync.connection"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "at"], name="hint_lately"),
                    models.Index(condition=models.Q(("waits", True)), fields=["connection"], name="hint_waits"),
                ],
                "constraints": [models.UniqueConstraint(fields=("connection", "digest"), name="hint_once")],
            },
        ),
        *composite_keys(KEYS),
    ]
