"""What members are found by stands beside the record, and indexes that a change of status need not write go."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_searchtext": {"member_id": "members_member"}}
FILL = """
INSERT INTO members_searchtext (member_id, association_id, text) SELECT id, association_id, searched FROM members_member
"""
TRIGRAMS = """
DO $$ BEGIN
    CREATE INDEX member_by_text ON members_searchtext USING gin (text gin_trgm_ops);
EXCEPTION WHEN undefined_object THEN
    RAISE NOTICE 'searching without pg_trgm';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0006_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="searched",
                        serialize=False,
                        to="members.member",
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="member", name="searched"),
        migrations.RunSQL(TRIGRAMS, migrations.RunSQL.noop),
        *composite_keys(KEYS),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO members_searchtext (member_id, association_id, text)\n        SELECT n.id, n.association_id, members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban) FROM new_values n;\n    RETURN NULL;\n",
                    hash="5095cc8f7c5746b9741716de43c1b2b286d420ae",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_keep_search_text_c4713",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_changed_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    UPDATE members_searchtext kept SET text = members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban) FROM new_values n JOIN old_values o ON o.id = n.id\n        WHERE kept.member_id = n.id AND (n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban) IS DISTINCT FROM (o.number, o.initials, o.given_name, o.first_names, o.infix, o.last_name, o.second_infix, o.second_last_name, o.email, o.phone, o.phone_home, o.postcode, o.city, o.iban);\n    RETURN NULL;\n",
                    hash="93480cebde97afbd5b9b0f7858a893ea433d9a9e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_keep_changed_search_text_1e9c0",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="drop_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    DELETE FROM members_searchtext kept USING old_values o WHERE kept.member_id = o.id;\n    RETURN NULL;\n",
                    hash="d428369f943f570685c50239eda8ad1808e5d950",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_drop_search_text_c07ae",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RemoveIndex(model_name="member", name="member_by_status"),
        migrations.AlterField(
            model_name="member",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="members.member",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="member_by_merged_into"
            ),
        ),
        migrations.AlterField(
            model_name="member",
            name="payer_details",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pays_for",
                to="members.payerdetails",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("payer_details__isnull", False)),
                fields=["payer_details"],
                name="member_by_payer_details",
            ),
        ),
        migrations.AlterField(
            model_name="member",
            name="payer_member",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pays_for",
                to="members.member",
                verbose_name="payer",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("payer_member__isnull", False)),
                fields=["payer_member"],
                name="member_by_payer_member",
            ),
        ),
    ]
