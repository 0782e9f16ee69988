"""Statuses, the periods members spend in them, and their mandates. What follows from them is computed elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, FinancialAdministration
from ledenbrug.members.models.member import Member
from ledenbrug.members.tenancy import OfAssociation


class MemberStatus(models.Model):
    """Every member has exactly one today."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="statuses", db_index=False)
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(_("order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)
    hidden = models.BooleanField(_("hidden"), default=False)
    deceased = models.BooleanField(_("deceased"), default=False)
    fields = models.JSONField(default=dict, blank=True)
    """Per field of the member `hidden` or `required`; a field that is not named is shown."""

    objects = OfAssociation()

    class Meta:
        ordering = ["hidden", "archived", "order", "name"]
        constraints = [models.UniqueConstraint(fields=["association", "name"], name="status_name")]
        verbose_name = _("member status")
        verbose_name_plural = _("member statuses")

    def __str__(self) -> str:
        return self.name


class Period(models.Model):
    """A member in a status from a day on, up to the next period; the end is never stored. May lie in the future."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="periods")
    status = models.ForeignKey(MemberStatus, on_delete=models.PROTECT, related_name="periods")
    start = models.DateField(_("from"))

    objects = OfAssociation()

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["member", "start"], name="one_status_a_day")]
        indexes = [models.Index(fields=["association", "start"], name="period_by_day")]
        verbose_name = _("membership period")
        verbose_name_plural = _("membership periods")


class Mandate(models.Model):
    """SEPA direct debit mandate of a member for one financial administration. `ended` is the first day without."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mandates")
    financial_administration = models.ForeignKey(
        FinancialAdministration, on_delete=models.PROTECT, related_name="mandates"
    )
    reference = models.CharField(_("reference"), max_length=35)
    signed = models.DateField(_("signed on"))
    ended = models.DateField(_("ended on"), null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["association", "reference"], name="mandate_reference"),
            models.UniqueConstraint(
                fields=["member", "financial_administration"],
                condition=models.Q(ended__isnull=True),
                name="one_live_mandate",
            ),
        ]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
