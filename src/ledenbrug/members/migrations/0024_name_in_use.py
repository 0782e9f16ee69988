"""Of two last names it is said which is shown; by that one a member stands in the list."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import ledenbrug.members.models.text


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0023_nickname"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="raise_version",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="keep_changed_search_text",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="member",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="member",
            name="name_use",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "last name, then the second"),
                    ("first", "last name alone"),
                    ("second", "second last name alone"),
                    ("reversed", "second last name, then the last name"),
                ],
                default="",
                max_length=10,
                verbose_name="name in use",
            ),
        ),
        migrations.AddField(
            model_name="memberevent",
            name="name_use",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "last name, then the second"),
                    ("first", "last name alone"),
                    ("second", "second last name alone"),
                    ("reversed", "second last name, then the last name"),
                ],
                default="",
                max_length=10,
                verbose_name="name in use",
            ),
        ),
        migrations.RemoveIndex(model_name="member", name="member_by_name"),
        migrations.RemoveField(model_name="member", name="sort_key"),
        migrations.AddField(
            model_name="member",
            name="sort_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=ledenbrug.members.models.text.SortKey(
                    models.Case(
                        models.When(
                            models.Q(
                                ("name_use__in", ("second", "reversed")),
                                models.Q(("second_last_name", ""), _negated=True),
                            ),
                            then=models.F("second_last_name"),
                        ),
                        default=models.F("last_name"),
                        output_field=models.TextField(),
                    ),
                    "given_name",
                    "initials",
                    models.Case(
                        models.When(
                            models.Q(
                                ("name_use__in", ("second", "reversed")),
                                models.Q(("second_last_name", ""), _negated=True),
                            ),
                            then=models.F("second_infix"),
                        ),
                        default=models.F("infix"),
                        output_field=models.TextField(),
                    ),
                ),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["association", "sort_key", "id"],
                include=("status", "payer_member", "payer_details"),
                name="member_by_name",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="raise_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."account_holder" IS DISTINCT FROM (NEW."account_holder") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."address_extra" IS DISTINCT FROM (NEW."address_extra") OR OLD."bic" IS DISTINCT FROM (NEW."bic") OR OLD."birth_date" IS DISTINCT FROM (NEW."birth_date") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."custom" IS DISTINCT FROM (NEW."custom") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."first_names" IS DISTINCT FROM (NEW."first_names") OR OLD."gender" IS DISTINCT FROM (NEW."gender") OR OLD."given_name" IS DISTINCT FROM (NEW."given_name") OR OLD."iban" IS DISTINCT FROM (NEW."iban") OR OLD."infix" IS DISTINCT FROM (NEW."infix") OR OLD."initials" IS DISTINCT FROM (NEW."initials") OR OLD."invoice_email" IS DISTINCT FROM (NEW."invoice_email") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."memo" IS DISTINCT FROM (NEW."memo") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."name_use" IS DISTINCT FROM (NEW."name_use") OR OLD."nickname" IS DISTINCT FROM (NEW."nickname") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."payer_details_id" IS DISTINCT FROM (NEW."payer_details_id") OR OLD."payer_member_id" IS DISTINCT FROM (NEW."payer_member_id") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."phone_home" IS DISTINCT FROM (NEW."phone_home") OR OLD."postcode" IS DISTINCT FROM (NEW."postcode") OR OLD."receives_mail" IS DISTINCT FROM (NEW."receives_mail") OR OLD."second_infix" IS DISTINCT FROM (NEW."second_infix") OR OLD."second_last_name" IS DISTINCT FROM (NEW."second_last_name") OR OLD."status_id" IS DISTINCT FROM (NEW."status_id"))',
                    func="NEW.version = OLD.version + 1; NEW.changed_at = now(); RETURN NEW;",
                    hash="5a6e75a4ebdcfca26c6dddaa5f16e8904a68122f",
                    operation="UPDATE",
                    pgid="pgtrigger_raise_version_c318e",
                    table="members_member",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_changed_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    WITH changed AS (\n        SELECT n.*, o.deleted_at IS NULL AS was_there FROM new_values n JOIN old_values o ON o.id = n.id\n        WHERE (n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban, n.nickname, n.name_use, n.deleted_at IS NULL) IS DISTINCT FROM (o.number, o.initials, o.given_name, o.first_names, o.infix, o.last_name, o.second_infix, o.second_last_name, o.email, o.phone, o.phone_home, o.postcode, o.city, o.iban, o.nickname, o.name_use, o.deleted_at IS NULL)\n    ), gone AS (\n        DELETE FROM members_searchtext kept USING changed n WHERE kept.member_id = n.id AND n.deleted_at IS NOT NULL\n    ), written AS (\n        UPDATE members_searchtext kept SET text = members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban) || ' ' || members_fold(n.nickname), sort_key = n.sort_key FROM changed n\n        WHERE kept.member_id = n.id AND n.deleted_at IS NULL AND n.was_there\n    )\n    INSERT INTO members_searchtext (member_id, association_id, text, sort_key)\n        SELECT n.id, n.association_id, members_searched(n.number, n.initials, n.given_name, n.first_names, n.infix, n.last_name, n.second_infix, n.second_last_name, n.email, n.phone, n.phone_home, n.postcode, n.city, n.iban) || ' ' || members_fold(n.nickname), n.sort_key FROM changed n\n        WHERE n.deleted_at IS NULL AND NOT n.was_there;\n    RETURN NULL;\n",
                    hash="7937fe08fb4eb1b5a6782ac8246b3e3fd495646f",
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
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("account_holder", "address", "address_extra", "association_id", "bic", "birth_date", "city", "country", "custom", "deleted_at", "email", "first_names", "gender", "given_name", "iban", "id", "infix", "initials", "invoice_email", "last_name", "memo", "merged_into_id", "name_use", "nickname", "number", "payer_details_id", "payer_member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_home", "postcode", "receives_mail", "second_infix", "second_last_name", "status_id", "version") SELECT new_values."account_holder", new_values."address", new_values."address_extra", new_values."association_id", new_values."bic", new_values."birth_date", new_values."city", new_values."country", new_values."custom", new_values."deleted_at", new_values."email", new_values."first_names", new_values."gender", new_values."given_name", new_values."iban", new_values."id", new_values."infix", new_values."initials", new_values."invoice_email", new_values."last_name", new_values."memo", new_values."merged_into_id", new_values."name_use", new_values."nickname", new_values."number", new_values."payer_details_id", new_values."payer_member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."phone", new_values."phone_home", new_values."postcode", new_values."receives_mail", new_values."second_infix", new_values."second_last_name", new_values."status_id", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8683e25e1861b1e8de8d12e3fb56694c659eda47",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2df50",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("account_holder", "address", "address_extra", "association_id", "bic", "birth_date", "city", "country", "custom", "deleted_at", "email", "first_names", "gender", "given_name", "iban", "id", "infix", "initials", "invoice_email", "last_name", "memo", "merged_into_id", "name_use", "nickname", "number", "payer_details_id", "payer_member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_home", "postcode", "receives_mail", "second_infix", "second_last_name", "status_id", "version") SELECT new_values."account_holder", new_values."address", new_values."address_extra", new_values."association_id", new_values."bic", new_values."birth_date", new_values."city", new_values."country", new_values."custom", new_values."deleted_at", new_values."email", new_values."first_names", new_values."gender", new_values."given_name", new_values."iban", new_values."id", new_values."infix", new_values."initials", new_values."invoice_email", new_values."last_name", new_values."memo", new_values."merged_into_id", new_values."name_use", new_values."nickname", new_values."number", new_values."payer_details_id", new_values."payer_member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."phone", new_values."phone_home", new_values."postcode", new_values."receives_mail", new_values."second_infix", new_values."second_last_name", new_values."status_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."account_holder" IS DISTINCT FROM (new_values."account_holder") OR old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."address_extra" IS DISTINCT FROM (new_values."address_extra") OR old_values."association_id" IS DISTINCT FROM (new_values."association_id") OR old_values."bic" IS DISTINCT FROM (new_values."bic") OR old_values."birth_date" IS DISTINCT FROM (new_values."birth_date") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."country" IS DISTINCT FROM (new_values."country") OR old_values."custom" IS DISTINCT FROM (new_values."custom") OR old_values."deleted_at" IS DISTINCT FROM (new_values."deleted_at") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."first_names" IS DISTINCT FROM (new_values."first_names") OR old_values."gender" IS DISTINCT FROM (new_values."gender") OR old_values."given_name" IS DISTINCT FROM (new_values."given_name") OR old_values."iban" IS DISTINCT FROM (new_values."iban") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."infix" IS DISTINCT FROM (new_values."infix") OR old_values."initials" IS DISTINCT FROM (new_values."initials") OR old_values."invoice_email" IS DISTINCT FROM (new_values."invoice_email") OR old_values."last_name" IS DISTINCT FROM (new_values."last_name") OR old_values."memo" IS DISTINCT FROM (new_values."memo") OR old_values."merged_into_id" IS DISTINCT FROM (new_values."merged_into_id") OR old_values."name_use" IS DISTINCT FROM (new_values."name_use") OR old_values."nickname" IS DISTINCT FROM (new_values."nickname") OR old_values."number" IS DISTINCT FROM (new_values."number") OR old_values."payer_details_id" IS DISTINCT FROM (new_values."payer_details_id") OR old_values."payer_member_id" IS DISTINCT FROM (new_values."payer_member_id") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."phone_home" IS DISTINCT FROM (new_values."phone_home") OR old_values."postcode" IS DISTINCT FROM (new_values."postcode") OR old_values."receives_mail" IS DISTINCT FROM (new_values."receives_mail") OR old_values."second_infix" IS DISTINCT FROM (new_values."second_infix") OR old_values."second_last_name" IS DISTINCT FROM (new_values."second_last_name") OR old_values."status_id" IS DISTINCT FROM (new_values."status_id") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6a41822bdb077014e03a8f8ea758d18a3259e1ef",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b1bc1",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("account_holder", "address", "address_extra", "association_id", "bic", "birth_date", "city", "country", "custom", "deleted_at", "email", "first_names", "gender", "given_name", "iban", "id", "infix", "initials", "invoice_email", "last_name", "memo", "merged_into_id", "name_use", "nickname", "number", "payer_details_id", "payer_member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_home", "postcode", "receives_mail", "second_infix", "second_last_name", "status_id", "version") SELECT old_values."account_holder", old_values."address", old_values."address_extra", old_values."association_id", old_values."bic", old_values."birth_date", old_values."city", old_values."country", old_values."custom", old_values."deleted_at", old_values."email", old_values."first_names", old_values."gender", old_values."given_name", old_values."iban", old_values."id", old_values."infix", old_values."initials", old_values."invoice_email", old_values."last_name", old_values."memo", old_values."merged_into_id", old_values."name_use", old_values."nickname", old_values."number", old_values."payer_details_id", old_values."payer_member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."phone", old_values."phone_home", old_values."postcode", old_values."receives_mail", old_values."second_infix", old_values."second_last_name", old_values."status_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="a8c35d5a12dd1865940fd21eb5c60c46dcec09f6",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_925fb",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
    ]
