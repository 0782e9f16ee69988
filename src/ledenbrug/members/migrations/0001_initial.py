"""The tables of the membership record, the functions and triggers that keep them, and keys within an association."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import ledenbrug.members.models.association
import ledenbrug.members.models.text
from ledenbrug.members.models import text
from ledenbrug.members.tenancy import composite_keys

KEYS = {
    "members_importpart": {"proposal_id": "members_importproposal"},
    "members_mandate": {
        "member_id": "members_member",
        "financial_administration_id": "members_financialadministration",
    },
    "members_member": {
        "status_id": "members_memberstatus",
        "payer_member_id": "members_member",
        "payer_details_id": "members_payerdetails",
    },
    "members_period": {"member_id": "members_member", "status_id": "members_memberstatus"},
}
TARGETS = (
    "members_financialadministration",
    "members_importproposal",
    "members_member",
    "members_memberstatus",
    "members_payerdetails",
)

# pg_trgm is part of PostgreSQL, but a given server may lack it or the right to add it: searching is slower then.
TRIGRAMS = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX member_by_text ON members_member USING gin (searched gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object OR feature_not_supported THEN
    RAISE NOTICE 'searching without pg_trgm';
END $$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *(migrations.RunSQL(each, migrations.RunSQL.noop) for each in text.functions()),
        migrations.CreateModel(
            name="Association",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="short name in addresses")),
                ("time_zone", models.CharField(default="Europe/Amsterdam", max_length=60, verbose_name="time zone")),
                ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                (
                    "number_format",
                    models.CharField(default="{number}", max_length=40, verbose_name="format of member numbers"),
                ),
                ("next_number", models.PositiveBigIntegerField(default=1, verbose_name="next member number")),
                (
                    "modules_off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("calendar_day", models.DateField(editable=False, null=True)),
                (
                    "keeps_history_days",
                    models.PositiveIntegerField(default=730, verbose_name="days that changes are kept"),
                ),
                (
                    "keeps_former_days",
                    models.PositiveIntegerField(default=730, verbose_name="days that former members are kept"),
                ),
            ],
            options={
                "verbose_name": "association",
                "verbose_name_plural": "associations",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
            managers=[
                ("objects", ledenbrug.members.models.association.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="FinancialAdministration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("vat_number", models.CharField(blank=True, max_length=30, verbose_name="VAT number")),
                (
                    "chamber_of_commerce",
                    models.CharField(blank=True, max_length=20, verbose_name="chamber of commerce number"),
                ),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="financial_administrations",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "financial administration",
                "verbose_name_plural": "financial administrations",
            },
        ),
        migrations.CreateModel(
            name="FinancialAdministrationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("vat_number", models.CharField(blank=True, max_length=30, verbose_name="VAT number")),
                (
                    "chamber_of_commerce",
                    models.CharField(blank=True, max_length=20, verbose_name="chamber of commerce number"),
                ),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
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
                        to="members.financialadministration",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ImportProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("columns", models.JSONField(default=list)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
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
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("unchanged", "unchanged"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("sealed", models.TextField()),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="members.importproposal"
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="IssuedNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40)),
                ("holder", models.BigIntegerField()),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=35, verbose_name="reference")),
                ("signed", models.DateField(verbose_name="signed on")),
                ("ended", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
                (
                    "financial_administration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="members.financialadministration",
                    ),
                ),
            ],
            options={
                "verbose_name": "mandate",
                "verbose_name_plural": "mandates",
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, verbose_name="member number")),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("initials", models.CharField(blank=True, max_length=30, verbose_name="initials")),
                ("given_name", models.CharField(blank=True, max_length=100, verbose_name="given name")),
                ("first_names", models.CharField(blank=True, max_length=200, verbose_name="first names")),
                ("infix", models.CharField(blank=True, max_length=30, verbose_name="infix")),
                ("last_name", models.CharField(max_length=200, verbose_name="last name")),
                ("second_infix", models.CharField(blank=True, max_length=30, verbose_name="second infix")),
                ("second_last_name", models.CharField(blank=True, max_length=200, verbose_name="second last name")),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("", "not recorded"), ("f", "female"), ("m", "male"), ("x", "other")],
                        default="",
                        max_length=1,
                        verbose_name="gender",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                (
                    "invoice_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address for invoices"),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("phone_home", models.CharField(blank=True, max_length=40, verbose_name="phone at home")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                ("address_extra", models.CharField(blank=True, max_length=200, verbose_name="address, second line")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("account_holder", models.CharField(blank=True, max_length=140, verbose_name="account holder")),
                ("receives_mail", models.BooleanField(default=True, verbose_name="receives mailings")),
                ("memo", models.TextField(blank=True, verbose_name="memo")),
                ("custom", models.JSONField(blank=True, default=dict)),
                (
                    "searched",
                    models.GeneratedField(
                        db_persist=True,
                        expression=ledenbrug.members.models.text.Searched(
                            "number",
                            "initials",
                            "given_name",
                            "first_names",
                            "infix",
                            "last_name",
                            "second_infix",
                            "second_last_name",
                            "email",
                            "phone",
                            "phone_home",
                            "postcode",
                            "city",
                            "iban",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=ledenbrug.members.models.text.SortKey(
                            "last_name", "given_name", "initials", "infix"
                        ),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="members.association",
                    ),
                ),
                (
                    "payer_member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pays_for",
                        to="members.member",
                        verbose_name="payer",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
            },
        ),
        migrations.CreateModel(
            name="MandateEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("reference", models.CharField(max_length=35, verbose_name="reference")),
                ("signed", models.DateField(verbose_name="signed on")),
                ("ended", models.DateField(blank=True, null=True, verbose_name="ended on")),
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
                    "financial_administration",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.financialadministration",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="members.mandate",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.member",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="mandate",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mandates", to="members.member"
            ),
        ),
        migrations.CreateModel(
            name="MemberStatus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
                ("hidden", models.BooleanField(default=False, verbose_name="hidden")),
                ("deceased", models.BooleanField(default=False, verbose_name="deceased")),
                ("fields", models.JSONField(blank=True, default=dict)),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statuses",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "member status",
                "verbose_name_plural": "member statuses",
                "ordering": ["hidden", "archived", "order", "name"],
            },
        ),
        migrations.AddField(
            model_name="member",
            name="status",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="members.memberstatus",
                verbose_name="status",
            ),
        ),
        migrations.CreateModel(
            name="MemberStatusEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
                ("hidden", models.BooleanField(default=False, verbose_name="hidden")),
                ("deceased", models.BooleanField(default=False, verbose_name="deceased")),
                ("fields", models.JSONField(blank=True, default=dict)),
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
                        to="members.memberstatus",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PayerDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.CharField(blank=True, max_length=200, verbose_name="organisation")),
                ("first_name", models.CharField(blank=True, max_length=100, verbose_name="first name")),
                ("infix", models.CharField(blank=True, max_length=30, verbose_name="infix")),
                ("last_name", models.CharField(blank=True, max_length=100, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                ("address_extra", models.CharField(blank=True, max_length=200, verbose_name="address, second line")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("account_holder", models.CharField(blank=True, max_length=140, verbose_name="account holder")),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "payer",
                "verbose_name_plural": "payers",
            },
        ),
        migrations.CreateModel(
            name="MemberEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=40, verbose_name="member number")),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("initials", models.CharField(blank=True, max_length=30, verbose_name="initials")),
                ("given_name", models.CharField(blank=True, max_length=100, verbose_name="given name")),
                ("first_names", models.CharField(blank=True, max_length=200, verbose_name="first names")),
                ("infix", models.CharField(blank=True, max_length=30, verbose_name="infix")),
                ("last_name", models.CharField(max_length=200, verbose_name="last name")),
                ("second_infix", models.CharField(blank=True, max_length=30, verbose_name="second infix")),
                ("second_last_name", models.CharField(blank=True, max_length=200, verbose_name="second last name")),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("", "not recorded"), ("f", "female"), ("m", "male"), ("x", "other")],
                        default="",
                        max_length=1,
                        verbose_name="gender",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                (
                    "invoice_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address for invoices"),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("phone_home", models.CharField(blank=True, max_length=40, verbose_name="phone at home")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                ("address_extra", models.CharField(blank=True, max_length=200, verbose_name="address, second line")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("account_holder", models.CharField(blank=True, max_length=140, verbose_name="account holder")),
                ("receives_mail", models.BooleanField(default=True, verbose_name="receives mailings")),
                ("memo", models.TextField(blank=True, verbose_name="memo")),
                ("custom", models.JSONField(blank=True, default=dict)),
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
                    "payer_member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="members.member",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.memberstatus",
                    ),
                ),
                (
                    "payer_details",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.payerdetails",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="member",
            name="payer_details",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pays_for",
                to="members.payerdetails",
            ),
        ),
        migrations.CreateModel(
            name="PayerDetailsEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("organisation", models.CharField(blank=True, max_length=200, verbose_name="organisation")),
                ("first_name", models.CharField(blank=True, max_length=100, verbose_name="first name")),
                ("infix", models.CharField(blank=True, max_length=30, verbose_name="infix")),
                ("last_name", models.CharField(blank=True, max_length=100, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                ("address_extra", models.CharField(blank=True, max_length=200, verbose_name="address, second line")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("account_holder", models.CharField(blank=True, max_length=140, verbose_name="account holder")),
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
                        to="members.payerdetails",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="from")),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="periods", to="members.member"
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="periods", to="members.memberstatus"
                    ),
                ),
            ],
            options={
                "verbose_name": "membership period",
                "verbose_name_plural": "membership periods",
                "ordering": ["start"],
            },
        ),
        migrations.CreateModel(
            name="PeriodEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("start", models.DateField(verbose_name="from")),
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
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="members.period",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.memberstatus",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "Administrator"),
                            ("treasurer", "Treasurer"),
                            ("secretary", "Member secretary"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="members.association",
                    ),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "constraints": [
                    models.UniqueConstraint(fields=("association", "user"), name="one_role_per_association")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="financialadministration",
            constraint=models.UniqueConstraint(fields=("association", "name"), name="financial_administration_name"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="financialadministration",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_financialadministrationevent" ("address", "association_id", "chamber_of_commerce", "currency", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "vat_number") SELECT new_values."address", new_values."association_id", new_values."chamber_of_commerce", new_values."currency", new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."vat_number" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="ec9b511eba1cbb4e7a1db9da7e5e1c0f41ba4c0b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0567a",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_financialadministration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="financialadministration",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_financialadministrationevent" ("address", "association_id", "chamber_of_commerce", "currency", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "vat_number") SELECT new_values."address", new_values."association_id", new_values."chamber_of_commerce", new_values."currency", new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."vat_number" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="009995dbc98b9a1475a47e3ccd8d71f97637f7e7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a11de",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_financialadministration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="financialadministration",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_financialadministrationevent" ("address", "association_id", "chamber_of_commerce", "currency", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "vat_number") SELECT old_values."address", old_values."association_id", old_values."chamber_of_commerce", old_values."currency", old_values."id", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."vat_number" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="ac3f174548625c3695ecdca286befecd65744d64",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3d70f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_financialadministration",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="financialadministrationevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="financialadministrat_changes"),
        ),
        migrations.AddIndex(
            model_name="importproposal",
            index=models.Index(fields=["expires_at"], name="import_expires"),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(fields=("proposal", "verdict", "place"), name="part_once"),
        ),
        migrations.AddConstraint(
            model_name="issuednumber",
            constraint=models.UniqueConstraint(fields=("association", "number"), name="issued_once"),
        ),
        migrations.AddIndex(
            model_name="mandateevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="mandate_changes"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(fields=("association", "reference"), name="mandate_reference"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended__isnull", True)),
                fields=("member", "financial_administration"),
                name="one_live_mandate",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_mandateevent" ("association_id", "ended", "financial_administration_id", "id", "member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "signed") SELECT new_values."association_id", new_values."ended", new_values."financial_administration_id", new_values."id", new_values."member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."reference", new_values."signed" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6781d2ff586b2a7714659fcf74e35739a0c63aad",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f1361",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_mandate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_mandateevent" ("association_id", "ended", "financial_administration_id", "id", "member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "signed") SELECT new_values."association_id", new_values."ended", new_values."financial_administration_id", new_values."id", new_values."member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."reference", new_values."signed" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6aa8ae8210af1281f53e542afae64ed401573d8e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_564f0",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_mandate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mandate",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_mandateevent" ("association_id", "ended", "financial_administration_id", "id", "member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "signed") SELECT old_values."association_id", old_values."ended", old_values."financial_administration_id", old_values."id", old_values."member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."reference", old_values."signed" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="0ddcb472edb6a864f8d4e7c384734c47bdd4e76e",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_12add",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_mandate",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="memberstatus",
            constraint=models.UniqueConstraint(fields=("association", "name"), name="status_name"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="memberstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberstatusevent" ("archived", "association_id", "deceased", "fields", "hidden", "id", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."archived", new_values."association_id", new_values."deceased", new_values."fields", new_values."hidden", new_values."id", new_values."name", new_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="1664e9d4be660a250142c3c0c55336b937ac7997",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e2d1e",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_memberstatus",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="memberstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberstatusevent" ("archived", "association_id", "deceased", "fields", "hidden", "id", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."archived", new_values."association_id", new_values."deceased", new_values."fields", new_values."hidden", new_values."id", new_values."name", new_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="9ce6162b996ec21cbf6706058cc032b886f60482",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5ba3d",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_memberstatus",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="memberstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberstatusevent" ("archived", "association_id", "deceased", "fields", "hidden", "id", "name", "order", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."archived", old_values."association_id", old_values."deceased", old_values."fields", old_values."hidden", old_values."id", old_values."name", old_values."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="6880340dda811f96615478bc88d29a7b7b613ffc",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_64ef3",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_memberstatus",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="memberstatusevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="memberstatus_changes"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payerdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_payerdetailsevent" ("account_holder", "address", "address_extra", "association_id", "bic", "city", "country", "email", "first_name", "iban", "id", "infix", "last_name", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode") SELECT new_values."account_holder", new_values."address", new_values."address_extra", new_values."association_id", new_values."bic", new_values."city", new_values."country", new_values."email", new_values."first_name", new_values."iban", new_values."id", new_values."infix", new_values."last_name", new_values."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."phone", new_values."postcode" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f9ec6203e395599664b1da7782786d43e17dd952",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_91ea2",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_payerdetails",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payerdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_payerdetailsevent" ("account_holder", "address", "address_extra", "association_id", "bic", "city", "country", "email", "first_name", "iban", "id", "infix", "last_name", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode") SELECT new_values."account_holder", new_values."address", new_values."address_extra", new_values."association_id", new_values."bic", new_values."city", new_values."country", new_values."email", new_values."first_name", new_values."iban", new_values."id", new_values."infix", new_values."last_name", new_values."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."phone", new_values."postcode" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="16c28f4b57ea7cdbff0bf909bf84ecf7ad3af92e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d1601",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_payerdetails",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payerdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_payerdetailsevent" ("account_holder", "address", "address_extra", "association_id", "bic", "city", "country", "email", "first_name", "iban", "id", "infix", "last_name", "organisation", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode") SELECT old_values."account_holder", old_values."address", old_values."address_extra", old_values."association_id", old_values."bic", old_values."city", old_values."country", old_values."email", old_values."first_name", old_values."iban", old_values."id", old_values."infix", old_values."last_name", old_values."organisation", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."phone", old_values."postcode" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="916c34e6cc390915974cb6537bd9fc79076107a7",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_71710",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_payerdetails",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="memberevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="member_changes"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["association", "sort_key", "id"], name="member_by_name"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["association", "status"], name="member_by_status"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                models.F("association"), django.db.models.functions.text.Lower("email"), name="member_by_any_email"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                models.F("association"),
                django.db.models.functions.text.LPad("number", 40, models.Value("0")),
                models.F("id"),
                name="member_by_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("association", "number"), name="member_number"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("payer_member__isnull", True), ("payer_details__isnull", True), _connector="OR"),
                name="one_payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("payer_member", models.F("id")), _negated=True), name="pays_for_itself"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="raise_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."account_holder" IS DISTINCT FROM (NEW."account_holder") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."address_extra" IS DISTINCT FROM (NEW."address_extra") OR OLD."bic" IS DISTINCT FROM (NEW."bic") OR OLD."birth_date" IS DISTINCT FROM (NEW."birth_date") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."custom" IS DISTINCT FROM (NEW."custom") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."first_names" IS DISTINCT FROM (NEW."first_names") OR OLD."gender" IS DISTINCT FROM (NEW."gender") OR OLD."given_name" IS DISTINCT FROM (NEW."given_name") OR OLD."iban" IS DISTINCT FROM (NEW."iban") OR OLD."infix" IS DISTINCT FROM (NEW."infix") OR OLD."initials" IS DISTINCT FROM (NEW."initials") OR OLD."invoice_email" IS DISTINCT FROM (NEW."invoice_email") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."memo" IS DISTINCT FROM (NEW."memo") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."payer_details_id" IS DISTINCT FROM (NEW."payer_details_id") OR OLD."payer_member_id" IS DISTINCT FROM (NEW."payer_member_id") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."phone_home" IS DISTINCT FROM (NEW."phone_home") OR OLD."postcode" IS DISTINCT FROM (NEW."postcode") OR OLD."receives_mail" IS DISTINCT FROM (NEW."receives_mail") OR OLD."second_infix" IS DISTINCT FROM (NEW."second_infix") OR OLD."second_last_name" IS DISTINCT FROM (NEW."second_last_name") OR OLD."status_id" IS DISTINCT FROM (NEW."status_id"))',
                    func="NEW.version = OLD.version + 1; NEW.changed_at = now(); RETURN NEW;",
                    hash="54cf5925e4df4cce607d81f9e6cdee65c4e20349",
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
                name="issue_number_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO members_issuednumber AS issued (association_id, number, holder) SELECT association_id, number, id FROM new_values\n        ON CONFLICT (association_id, number) DO NOTHING;\n    IF EXISTS (\n        SELECT 1 FROM (SELECT association_id, number, id FROM new_values) AS chosen (association_id, number, holder)\n        JOIN members_issuednumber issued USING (association_id, number) WHERE issued.holder <> chosen.holder\n    ) THEN\n        RAISE unique_violation USING MESSAGE = 'member number was issued before', CONSTRAINT = 'issued_once';\n    END IF;\n    RETURN NULL;\n",
                    hash="a55a020b2b721f1181556fe3c4e46224e009a3ee",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_issue_number_once_da749",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="issue_changed_number_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO members_issuednumber AS issued (association_id, number, holder) SELECT n.association_id, n.number, n.id FROM new_values n JOIN old_values o ON o.id = n.id WHERE o.number IS DISTINCT FROM n.number\n        ON CONFLICT (association_id, number) DO NOTHING;\n    IF EXISTS (\n        SELECT 1 FROM (SELECT n.association_id, n.number, n.id FROM new_values n JOIN old_values o ON o.id = n.id WHERE o.number IS DISTINCT FROM n.number) AS chosen (association_id, number, holder)\n        JOIN members_issuednumber issued USING (association_id, number) WHERE issued.holder <> chosen.holder\n    ) THEN\n        RAISE unique_violation USING MESSAGE = 'member number was issued before', CONSTRAINT = 'issued_once';\n    END IF;\n    RETURN NULL;\n",
                    hash="65ea687c35a82a4ab94f85e34aabe09220bcd5b7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_issue_changed_number_once_564a3",
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
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("account_holder", "address", "address_extra", "association_id", "bic", "birth_date", "city", "country", "custom", "deleted_at", "email", "first_names", "gender", "given_name", "iban", "id", "infix", "initials", "invoice_email", "last_name", "memo", "number", "payer_details_id", "payer_member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_home", "postcode", "receives_mail", "second_infix", "second_last_name", "status_id", "version") SELECT new_values."account_holder", new_values."address", new_values."address_extra", new_values."association_id", new_values."bic", new_values."birth_date", new_values."city", new_values."country", new_values."custom", new_values."deleted_at", new_values."email", new_values."first_names", new_values."gender", new_values."given_name", new_values."iban", new_values."id", new_values."infix", new_values."initials", new_values."invoice_email", new_values."last_name", new_values."memo", new_values."number", new_values."payer_details_id", new_values."payer_member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."phone", new_values."phone_home", new_values."postcode", new_values."receives_mail", new_values."second_infix", new_values."second_last_name", new_values."status_id", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="74e83c683e7e536d3fd8973856fab3fe0e31d885",
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
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("account_holder", "address", "address_extra", "association_id", "bic", "birth_date", "city", "country", "custom", "deleted_at", "email", "first_names", "gender", "given_name", "iban", "id", "infix", "initials", "invoice_email", "last_name", "memo", "number", "payer_details_id", "payer_member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_home", "postcode", "receives_mail", "second_infix", "second_last_name", "status_id", "version") SELECT new_values."account_holder", new_values."address", new_values."address_extra", new_values."association_id", new_values."bic", new_values."birth_date", new_values."city", new_values."country", new_values."custom", new_values."deleted_at", new_values."email", new_values."first_names", new_values."gender", new_values."given_name", new_values."iban", new_values."id", new_values."infix", new_values."initials", new_values."invoice_email", new_values."last_name", new_values."memo", new_values."number", new_values."payer_details_id", new_values."payer_member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."phone", new_values."phone_home", new_values."postcode", new_values."receives_mail", new_values."second_infix", new_values."second_last_name", new_values."status_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."account_holder" IS DISTINCT FROM (new_values."account_holder") OR old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."address_extra" IS DISTINCT FROM (new_values."address_extra") OR old_values."association_id" IS DISTINCT FROM (new_values."association_id") OR old_values."bic" IS DISTINCT FROM (new_values."bic") OR old_values."birth_date" IS DISTINCT FROM (new_values."birth_date") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."country" IS DISTINCT FROM (new_values."country") OR old_values."custom" IS DISTINCT FROM (new_values."custom") OR old_values."deleted_at" IS DISTINCT FROM (new_values."deleted_at") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."first_names" IS DISTINCT FROM (new_values."first_names") OR old_values."gender" IS DISTINCT FROM (new_values."gender") OR old_values."given_name" IS DISTINCT FROM (new_values."given_name") OR old_values."iban" IS DISTINCT FROM (new_values."iban") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."infix" IS DISTINCT FROM (new_values."infix") OR old_values."initials" IS DISTINCT FROM (new_values."initials") OR old_values."invoice_email" IS DISTINCT FROM (new_values."invoice_email") OR old_values."last_name" IS DISTINCT FROM (new_values."last_name") OR old_values."memo" IS DISTINCT FROM (new_values."memo") OR old_values."number" IS DISTINCT FROM (new_values."number") OR old_values."payer_details_id" IS DISTINCT FROM (new_values."payer_details_id") OR old_values."payer_member_id" IS DISTINCT FROM (new_values."payer_member_id") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."phone_home" IS DISTINCT FROM (new_values."phone_home") OR old_values."postcode" IS DISTINCT FROM (new_values."postcode") OR old_values."receives_mail" IS DISTINCT FROM (new_values."receives_mail") OR old_values."second_infix" IS DISTINCT FROM (new_values."second_infix") OR old_values."second_last_name" IS DISTINCT FROM (new_values."second_last_name") OR old_values."status_id" IS DISTINCT FROM (new_values."status_id") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="e6d0aedcd26a90e148a97441828c218ab8fe60f2",
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
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("account_holder", "address", "address_extra", "association_id", "bic", "birth_date", "city", "country", "custom", "deleted_at", "email", "first_names", "gender", "given_name", "iban", "id", "infix", "initials", "invoice_email", "last_name", "memo", "number", "payer_details_id", "payer_member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_home", "postcode", "receives_mail", "second_infix", "second_last_name", "status_id", "version") SELECT old_values."account_holder", old_values."address", old_values."address_extra", old_values."association_id", old_values."bic", old_values."birth_date", old_values."city", old_values."country", old_values."custom", old_values."deleted_at", old_values."email", old_values."first_names", old_values."gender", old_values."given_name", old_values."iban", old_values."id", old_values."infix", old_values."initials", old_values."invoice_email", old_values."last_name", old_values."memo", old_values."number", old_values."payer_details_id", old_values."payer_member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."phone", old_values."phone_home", old_values."postcode", old_values."receives_mail", old_values."second_infix", old_values."second_last_name", old_values."status_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="4cb4a05d7b7808d3df22def7c727140761e7051e",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_925fb",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_member",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="payerdetailsevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="payerdetails_changes"),
        ),
        migrations.AddIndex(
            model_name="period",
            index=models.Index(fields=["association", "start"], name="period_by_day"),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(fields=("member", "start"), name="one_status_a_day"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="period",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_periodevent" ("association_id", "id", "member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "status_id") SELECT new_values."association_id", new_values."id", new_values."member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."start", new_values."status_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="10ec1f93895662f45bf0b6a8d6bf381db62a1243",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8f293",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="members_period",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="period",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_periodevent" ("association_id", "id", "member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "status_id") SELECT new_values."association_id", new_values."id", new_values."member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."start", new_values."status_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="854eb226c6deda0ac3ce57866fe508a0356e6dac",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ce3a7",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="members_period",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="period",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_periodevent" ("association_id", "id", "member_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "status_id") SELECT old_values."association_id", old_values."id", old_values."member_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."start", old_values."status_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="01a4871f97849dcb98806e96f527d1d2329f4c59",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3caa5",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="members_period",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="periodevent",
            index=models.Index(fields=["association", "pgh_created_at"], name="period_changes"),
        ),
        *composite_keys(KEYS, targets=TARGETS),
        migrations.RunSQL(TRIGRAMS, migrations.RunSQL.noop),
    ]
