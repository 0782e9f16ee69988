"""Which fields members fill in themselves, and who was asked to by a personal link."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_fillrequest": {"member_id": "members_member"}}


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0016_indexes_of_who_is_there"),
    ]

    operations = [
        migrations.CreateModel(
            name="FillRequest",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fill_request",
                        serialize=False,
                        to="members.member",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("until", models.DateField()),
                ("language", models.CharField(max_length=2)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("digest", models.CharField(max_length=64, null=True, unique=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failed", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "request to fill in",
                "verbose_name_plural": "requests to fill in",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="customfield",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="customfield",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="customfield",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="customfield",
            name="by_members",
            field=models.BooleanField(default=False, verbose_name="members fill it in"),
        ),
        migrations.AddField(
            model_name="customfieldevent",
            name="by_members",
            field=models.BooleanField(default=False, verbose_name="members fill it in"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfield",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_customfieldevent" ("archived", "association_id", "by_members", "choices", "id", "kind", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "private", "required") SELECT new_values."archived", new_values."association_id", new_values."by_members", new_values."choices", new_values."id", new_values."kind", new_values."name", new_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."private", new_values."required" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fde29bd973e2135af2a220f0ec0d368b4086b83c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_84f0d",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_customfield",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfield",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_customfieldevent" ("archived", "association_id", "by_members", "choices", "id", "kind", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "private", "required") SELECT new_values."archived", new_values."association_id", new_values."by_members", new_values."choices", new_values."id", new_values."kind", new_values."name", new_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."private", new_values."required" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="96242e3e808e0a7449c77f2d33a653b153757a06",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_31276",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_customfield",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfield",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_customfieldevent" ("archived", "association_id", "by_members", "choices", "id", "kind", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "private", "required") SELECT old_values."archived", old_values."association_id", old_values."by_members", old_values."choices", old_values."id", old_values."kind", old_values."name", old_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."private", old_values."required" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="f5cf2605ed73cae54fc5739b8ee40bec04ce82d5",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ac0bb",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_customfield",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="end_fill_request",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    UPDATE members_fillrequest asked SET digest = NULL, ended_at = now()\n        FROM new_values n JOIN old_values o ON o.id = n.id\n        WHERE asked.member_id = n.id AND asked.ended_at IS NULL AND (\n            n.deleted_at IS NOT NULL OR n.email <> o.email\n            OR EXISTS (SELECT 1 FROM members_memberstatus s\n                       WHERE s.id = n.status_id AND (s.archived OR s.hidden OR s.deceased))\n        );\n    RETURN NULL;\n",
                    hash="62f85aa6d3bf09be98078d6d42ee65f57619bc0d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_end_fill_request_1564f",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="fillrequest",
            name="association",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
            ),
        ),
        migrations.AddField(
            model_name="fillrequest",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="fillrequest",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("failed", False), ("sent_at", None)),
                fields=["tried_at"],
                name="fill_requests_to_send",
            ),
        ),
        *composite_keys(KEYS),
    ]
