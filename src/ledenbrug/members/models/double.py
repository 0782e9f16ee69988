"""Two members that look like one person and are not: a person said so, and is not asked again."""

from django.db import models

from ledenbrug.members.models.association import Association
from ledenbrug.members.models.member import Member
from ledenbrug.members.tenancy import OfAssociation


class NotDouble(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    first = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    """The younger row of the two."""

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "first", "second"], name="not_double_once")]
