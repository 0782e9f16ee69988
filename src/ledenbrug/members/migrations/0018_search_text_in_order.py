"""The text a member is found by stands there with what members are sorted by, and only while the member is there."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

GONE = """
DELETE FROM members_searchtext kept USING members_member m WHERE m.id = kept.member_id AND m.deleted_at IS NOT NULL
"""
FILL = "UPDATE members_searchtext kept SET sort_key = m.sort_key FROM members_member m WHERE m.id = kept.member_id"


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0020_keys_once"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="keep_search_text",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="keep_changed_search_text",
        ),
        migrations.AddField(
            model_name="searchtext",
            name="sort_key",
            field=models.TextField(db_collation="C", default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(GONE, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO members_searchtext (member_id, association_id, text, sort_key)\n        SELECT n.id, n.association_id, members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban), n.sort_key FROM new_values n WHERE n.deleted_at IS NULL;\n    RETURN NULL;\n",
                    hash="5d254de9b51283678d81c4bfb7767b9fd296933a",
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
                    func="\n    WITH changed AS (\n        SELECT n.*, o.deleted_at IS NULL AS was_there FROM new_values n JOIN old_values o ON o.id = n.id\n        WHERE (n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban, n.deleted_at IS NULL) IS DISTINCT FROM (o.number, o.initials, o.given_name, o.first_names, o.infix, o.last_name, o.second_infix, o.second_last_name, o.email, o.phone, o.phone_home, o.postcode, o.city, o.iban, o.deleted_at IS NULL)\n    ), gone AS (\n        DELETE FROM members_searchtext kept USING changed n WHERE kept.member_id = n.id AND n.deleted_at IS NOT NULL\n    ), written AS (\n        UPDATE members_searchtext kept SET text = members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban), sort_key = n.sort_key FROM changed n\n        WHERE kept.member_id = n.id AND n.deleted_at IS NULL AND n.was_there\n    )\n    INSERT INTO members_searchtext (member_id, association_id, text, sort_key)\n        SELECT n.id, n.association_id, members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban), n.sort_key FROM changed n\n        WHERE n.deleted_at IS NULL AND NOT n.was_there;\n    RETURN NULL;\n",
                    hash="34b0225234eeab87a173e4622f0cc036977d781c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_keep_changed_search_text_1e9c0",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
    ]
