"""That members were asked to fill in fields by a personal link: in which round, until when, and what came of it.

Of the link only a digest is kept, so that nobody who reads this table can open it. A trigger ends it when the member is
deleted, leaves, dies, or gets another e-mail address.
"""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.models.member import Member
from ledenbrug.members.models.triggers import follows
from ledenbrug.members.tenancy import OfAssociation

_END = """
    UPDATE members_fillrequest asked SET digest = NULL, ended_at = now()
        FROM new_values n JOIN old_values o ON o.id = n.id
        WHERE asked.member_id = n.id AND asked.ended_at IS NULL AND (
            n.deleted_at IS NOT NULL OR n.email <> o.email
            OR EXISTS (SELECT 1 FROM members_memberstatus s
                       WHERE s.id = n.status_id AND (s.archived OR s.hidden OR s.deceased))
        );
    RETURN NULL;
"""


class FillRound(models.Model):
    """What was asked at one press, of one member or of thousands."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()
    """The last day on which the links open."""
    language = models.CharField(max_length=2)
    why = models.CharField(max_length=500, blank=True)
    asked = models.PositiveIntegerField()
    """How many members."""
    answered_before = models.PositiveIntegerField(default=0)
    """Of those who were asked anew since, and so are in a later round: who had answered."""
    asked_again = models.PositiveIntegerField(default=0)
    """… and who had not."""

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["association", "-id"], name="rounds_newest")]
        verbose_name = _("round of requests to fill in")
        verbose_name_plural = _("rounds of requests to fill in")


class FillRequest(models.Model):
    """One a member: a newer one takes the place of the older, and its link with it."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="fill_request")
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    round = models.ForeignKey(FillRound, on_delete=models.CASCADE, related_name="requests")
    digest = models.CharField(max_length=64, null=True, unique=True)
    """Of the link in the mail; there is none before it is handed over, and none once it has ended."""
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    """When the mail server had taken the mail; with a link and without this nobody knows whether it did."""
    failed = models.BooleanField(default=False)
    """The mail server does not take mail for this address."""
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """Withdrawn, or no longer somebody whom one asks."""

    objects = OfAssociation()

    class Meta:
        indexes = [
            models.Index(
                fields=["tried_at"],
                condition=models.Q(digest=None, ended_at=None, failed=False),
                name="fill_requests_to_send",
            )
        ]
        verbose_name = _("request to fill in")
        verbose_name_plural = _("requests to fill in")


pgtrigger.register(follows("end_fill_request", pgtrigger.Update, _END, old="old_values", new="new_values"))(Member)
