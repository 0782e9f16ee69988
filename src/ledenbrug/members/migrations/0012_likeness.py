"""What of a member is held against others stands beside the record, so that the list of doubles is there at once."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_likeness": {"member_id": "members_member"}}
FILL = """
INSERT INTO members_likeness (member_id, association_id, email, iban, name, given, letter, birth_date)
    SELECT n.id, n.association_id, lower(n.email), n.iban,
        coalesce(members_fold(n.last_name) || to_char(n.birth_date, ' YYYY-MM-DD'), ''), members_fold(n.given_name),
        left(members_fold(coalesce(nullif(n.given_name, ''), n.initials)), 1), n.birth_date
    FROM members_member n WHERE n.deleted_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0011_a_proposal_lapses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="likeness",
                        serialize=False,
                        to="members.member",
                    ),
                ),
                ("email", models.TextField(db_collation="C")),
                ("iban", models.TextField(db_collation="C")),
                ("name", models.TextField(db_collation="C")),
                ("given", models.TextField(db_collation="C")),
                ("letter", models.TextField(db_collation="C")),
                ("birth_date", models.DateField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="likeness",
            name="association",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *composite_keys(KEYS),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_likeness",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO members_likeness (member_id, association_id, email, iban, name, given, letter, birth_date)\n    SELECT n.id, n.association_id, lower(n.email), n.iban,\n        coalesce(members_fold(n.last_name) || to_char(n.birth_date, ' YYYY-MM-DD'), ''), members_fold(n.given_name),\n        left(members_fold(coalesce(nullif(n.given_name, ''), n.initials)), 1), n.birth_date\n    FROM new_values n WHERE n.deleted_at IS NULL;\n    RETURN NULL;\n",
                    hash="644f839a58afb55088a23eab27b7153047358041",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_keep_likeness_e4edc",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_changed_likeness",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    DELETE FROM members_likeness kept USING (SELECT n.id FROM new_values n JOIN old_values o ON o.id = n.id WHERE (n.deleted_at, n.email, n.iban, n.last_name, n.given_name, n.initials, n.birth_date) IS DISTINCT FROM (o.deleted_at, o.email, o.iban, o.last_name, o.given_name, o.initials, o.birth_date)) changed WHERE kept.member_id = changed.id;\n    INSERT INTO members_likeness (member_id, association_id, email, iban, name, given, letter, birth_date)\n    SELECT n.id, n.association_id, lower(n.email), n.iban,\n        coalesce(members_fold(n.last_name) || to_char(n.birth_date, ' YYYY-MM-DD'), ''), members_fold(n.given_name),\n        left(members_fold(coalesce(nullif(n.given_name, ''), n.initials)), 1), n.birth_date\n    FROM (SELECT n.* FROM new_values n JOIN old_values o ON o.id = n.id WHERE (n.deleted_at, n.email, n.iban, n.last_name, n.given_name, n.initials, n.birth_date) IS DISTINCT FROM (o.deleted_at, o.email, o.iban, o.last_name, o.given_name, o.initials, o.birth_date)) n WHERE n.deleted_at IS NULL;\n    RETURN NULL;\n",
                    hash="d35f1ef8e546814e1178b05e1412ad3759cd5524",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_keep_changed_likeness_dd88a",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="drop_likeness",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    DELETE FROM members_likeness kept USING old_values o WHERE kept.member_id = o.id;\n    RETURN NULL;\n",
                    hash="cc698418b5bc08fb019f75983bb434d0c3e45b0f",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_drop_likeness_c7f66",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="likeness",
            index=models.Index(
                condition=models.Q(("email", ""), _negated=True),
                fields=["association", "email", "given"],
                name="likeness_by_email",
            ),
        ),
        migrations.AddIndex(
            model_name="likeness",
            index=models.Index(
                condition=models.Q(("iban", ""), _negated=True),
                fields=["association", "iban", "given"],
                name="likeness_by_iban",
            ),
        ),
        migrations.AddIndex(
            model_name="likeness",
            index=models.Index(
                condition=models.Q(("name", ""), _negated=True),
                fields=["association", "name", "given"],
                name="likeness_by_name",
            ),
        ),
    ]
