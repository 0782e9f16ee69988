"""The tables of the link, keys within an association, and the triggers that note who must be looked at."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys
from ledenbrug.sync import touching

CONNECTION = {"connection_id": "sync_connection"}
KEYS = {
    "sync_grant": {"reconnects_id": "sync_connection"},
    "sync_connection": {
        "grant_id": "sync_grant",
        "financial_administration_id": "members_financialadministration",
    },
    "sync_connectionstatus": {**CONNECTION, "status_id": "members_memberstatus"},
    "sync_run": {**CONNECTION, "undoes_id": "sync_run"},
    "sync_journal": {**CONNECTION, "run_id": "sync_run"},
    "sync_problem": CONNECTION,
    "sync_drift": {**CONNECTION, "link_id": "sync_link"},
    "sync_approval": CONNECTION,
    "sync_reading": CONNECTION,
    "sync_notified": CONNECTION,
    "sync_storedpreview": CONNECTION,
}
TARGETS = ("sync_connection", "sync_grant", "sync_link", "sync_run")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Instance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("package", models.CharField(max_length=40)),
                ("administration", models.CharField(max_length=100)),
                ("administration_name", models.CharField(max_length=200)),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("prefix", models.CharField(default="LID-", max_length=20)),
                ("choices", models.JSONField(blank=True, default=dict)),
                ("put_back", models.BooleanField(default=False)),
                ("archive_after_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("enabled", models.BooleanField(default=False)),
                ("hold_until", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("waiting", models.CharField(blank=True, max_length=40)),
                ("waiting_until", models.DateTimeField(blank=True, null=True)),
                ("epoch", models.BigIntegerField(default=0)),
                ("revision", models.IntegerField(default=1)),
                ("matched_at", models.DateTimeField(blank=True, null=True)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("round_due_at", models.DateTimeField(blank=True, null=True)),
                ("round_cause", models.CharField(blank=True, max_length=20)),
                ("check_due_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connections",
                        to="members.association",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "financial_administration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connections",
                        to="members.financialadministration",
                    ),
                ),
                (
                    "round_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "connection",
                "verbose_name_plural": "connections",
            },
        ),
        migrations.CreateModel(
            name="ConnectionStatus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "status",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.memberstatus"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="connection",
            name="statuses",
            field=models.ManyToManyField(related_name="+", through="sync.ConnectionStatus", to="members.memberstatus"),
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("package", models.CharField(max_length=40)),
                ("url", models.CharField(max_length=200)),
                ("personal", models.BooleanField(default=False)),
                ("client_id", models.CharField(blank=True, max_length=200)),
                ("client_secret", models.TextField(blank=True)),
                ("redirect_uri", models.CharField(blank=True, max_length=300)),
                ("remote_user", models.CharField(blank=True, max_length=200)),
                ("tokens", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked"), ("given", "given"), ("withdrawn", "withdrawn")],
                        default="asked",
                        max_length=20,
                    ),
                ),
                ("asked_state", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("renewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="members.association"
                    ),
                ),
                (
                    "reconnects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sync.connection",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="connection",
            name="grant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="connections",
                to="sync.grant",
            ),
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("package", models.CharField(max_length=40)),
                ("administration", models.CharField(max_length=100)),
                ("payer", models.CharField(max_length=24)),
                ("contact", models.CharField(blank=True, max_length=64, null=True)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("sent", models.JSONField(default=dict)),
                ("translation", models.IntegerField(default=0)),
                ("source", models.BinaryField(null=True)),
                ("unsure", models.BooleanField(default=False)),
                (
                    "doubt",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("adopted", models.BooleanField(default=False)),
                ("several_emails", models.BooleanField(default=False)),
                ("whereabouts", models.CharField(default="here", max_length=10)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("troubles", models.PositiveSmallIntegerField(default=0)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Drift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(max_length=30)),
                ("theirs", models.TextField(blank=True)),
                ("adopted", models.BooleanField(default=False)),
                ("verdict", models.CharField(blank=True, max_length=10)),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drifts", to="sync.connection"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drifts", to="sync.link"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notified",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(max_length=60)),
                ("number", models.IntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                ("over_sent_at", models.DateTimeField(blank=True, null=True)),
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
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("payer", models.CharField(blank=True, max_length=24)),
                ("group", models.CharField(blank=True, max_length=30)),
                ("reason", models.CharField(max_length=40)),
                ("params", models.JSONField(default=dict)),
                ("contact", models.CharField(blank=True, max_length=64)),
                ("source", models.BinaryField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("dismissed", models.BooleanField(default=False)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="problems", to="members.association"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="problems", to="sync.connection"
                    ),
                ),
            ],
            options={
                "verbose_name": "problem",
                "verbose_name_plural": "problems",
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.IntegerField()),
                ("sealed", models.TextField()),
                ("at", models.DateTimeField()),
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
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("edit", "edit"),
                            ("enable", "enabled"),
                            ("nightly", "nightly round"),
                            ("settings", "settings changed"),
                            ("sync_now", "sync now"),
                            ("import", "import"),
                            ("decision", "decision"),
                            ("undo", "undo"),
                        ],
                        max_length=20,
                    ),
                ),
                ("day", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("planned", models.IntegerField(default=0)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="sync.connection"
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undone_by",
                        to="sync.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Journal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.BigIntegerField()),
                ("payer", models.CharField(max_length=24)),
                ("kind", models.CharField(max_length=10)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                ("contact", models.CharField(blank=True, max_length=64)),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                (
                    "effects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("noted", "under way"),
                            ("done", "done"),
                            ("unchanged", "nothing to do"),
                            ("refused", "refused"),
                            ("put_off", "put off"),
                            ("lost", "no answer"),
                        ],
                        default="noted",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("noted_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="journal", to="sync.connection"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="sync.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "journal",
                "verbose_name_plural": "journal",
            },
        ),
        migrations.CreateModel(
            name="Spent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("slots", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scope", "starts_at"), name="one_row_per_window")],
            },
        ),
        migrations.CreateModel(
            name="StoredPreview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.TextField()),
                ("at", models.DateTimeField()),
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
            ],
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("payer", models.CharField(max_length=24)),
                ("urgency", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("run", models.BigIntegerField(blank=True, null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sync.connection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("payer", models.CharField(max_length=24)),
                ("source", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [models.UniqueConstraint(fields=("connection", "payer", "source"), name="one_approval")],
            },
        ),
        migrations.AddConstraint(
            model_name="connectionstatus",
            constraint=models.UniqueConstraint(fields=("connection", "status"), name="status_once_per_connection"),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["asked_state"], name="grant_by_state"),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("package", "administration"),
                name="one_connection_per_books",
            ),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enabled", True), ("removed_at__isnull", True)),
                fields=("financial_administration", "package"),
                name="one_enabled_per_financial_administration",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("association", "package", "administration", "payer"), name="link_of_payer"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("association", "package", "administration", "contact"), name="link_to_contact"
            ),
        ),
        migrations.AddConstraint(
            model_name="drift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verdict", ""), ("verdict", "ignore"), _connector="OR"),
                fields=("link", "group"),
                name="one_drift_per_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="notified",
            constraint=models.UniqueConstraint(
                condition=models.Q(("over_at__isnull", True)),
                fields=("connection", "cause"),
                name="one_notice_per_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("connection", "payer", "group", "reason"),
                name="one_problem_per_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(fields=("connection", "page"), name="page_once"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cause", "edit")), fields=("connection", "day"), name="one_run_of_edits_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["connection", "-id"], name="journal_newest"),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["association", "payer", "-id"], name="journal_of_payer"),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["run"], name="journal_of_run"),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(
                condition=models.Q(("outcome", "noted")), fields=["connection"], name="journal_under_way"
            ),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(
                condition=models.Q(("effects", []), _negated=True),
                fields=["connection", "noted_at"],
                name="journal_for_brakes",
            ),
        ),
        migrations.AddIndex(
            model_name="touched",
            index=models.Index(fields=["connection", "-urgency", "id"], name="touched_in_order"),
        ),
        migrations.AddIndex(
            model_name="touched",
            index=models.Index(fields=["connection", "payer"], name="touched_by_payer"),
        ),
        *composite_keys(KEYS, targets=TARGETS),
        *(migrations.RunSQL(each, touching.DROP[table]) for table, each in touching.statements().items()),
        migrations.RunSQL(touching.JOB_NOTIFY, touching.NO_JOB_NOTIFY),
    ]
