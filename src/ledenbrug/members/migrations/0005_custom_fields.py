"""The fields an association adds to its members."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_not_double"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("long", "Long text"),
                            ("number", "Number"),
                            ("money", "Amount of money"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                            ("choice", "Choice"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("required", models.BooleanField(default=False, verbose_name="required")),
                ("private", models.BooleanField(default=True, verbose_name="private")),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="custom_fields",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "custom field",
                "verbose_name_plural": "custom fields",
                "ordering": ["archived", "order", "id"],
            },
        ),
        migrations.CreateModel(
            name="CustomFieldEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("long", "Long text"),
                            ("number", "Number"),
                            ("money", "Amount of money"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                            ("choice", "Choice"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("required", models.BooleanField(default=False, verbose_name="required")),
                ("private", models.BooleanField(default=True, verbose_name="private")),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "association",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.association",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="members.customfield",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.UniqueConstraint(fields=("association", "name"), name="custom_field_name"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfield",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_customfieldevent" ("archived", "association_id", "choices", "id", "kind", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "private", "required") SELECT new_values."archived", new_values."association_id", new_values."choices", new_values."id", new_values."kind", new_values."name", new_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."private", new_values."required" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="0f3a9908c510cebc9d083655c817cee85ad39e8a",
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
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_customfieldevent" ("archived", "association_id", "choices", "id", "kind", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "private", "required") SELECT new_values."archived", new_values."association_id", new_values."choices", new_values."id", new_values."kind", new_values."name", new_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."private", new_values."required" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="159872249c1c05c801b6465997c5efefd1e22ba7",
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
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_customfieldevent" ("archived", "association_id", "choices", "id", "kind", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "private", "required") SELECT old_values."archived", old_values."association_id", old_values."choices", old_values."id", old_values."kind", old_values."name", old_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."private", old_values."required" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="420581f4cc9d1e5ab8315863eaff5c88351479d8",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ac0bb",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_customfield",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="customfieldevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="customfield_changes"),
        ),
    ]
