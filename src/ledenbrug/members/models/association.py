"""Associations, the people who work for them, and their sets of books. Nothing here knows a member."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.tenancy import OfAssociation


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who may log in. What they may do is said per association, by their `Assignment`."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email


class Association(models.Model):
    """The tenant. Every other row belongs to exactly one."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Amsterdam")
    country = models.CharField(_("country"), max_length=2, default="NL")
    number_format = models.CharField(_("format of member numbers"), max_length=40, default="{number}")
    next_number = models.PositiveBigIntegerField(_("next member number"), default=1)
    modules_off = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    calendar_day = models.DateField(null=True, editable=False)
    """The day up to which dated statuses have taken effect."""
    keeps_history_days = models.PositiveIntegerField(_("days that changes are kept"), default=730)
    keeps_former_days = models.PositiveIntegerField(_("days that former members are kept"), default=730)

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    TREASURER = "treasurer", _("Treasurer")
    SECRETARY = "secretary", _("Member secretary")
    AUDITOR = "auditor", _("Auditor")


class Assignment(models.Model):
    """A user's role in an association."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "user"], name="one_role_per_association")]
        verbose_name = _("role")
        verbose_name_plural = _("roles")


class FinancialAdministration(models.Model):
    """One of the association's own sets of books; mandates belong to one."""

    association = models.ForeignKey(
        Association, on_delete=models.CASCADE, related_name="financial_administrations", db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=200, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    chamber_of_commerce = models.CharField(_("chamber of commerce number"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "name"], name="financial_administration_name")]
        verbose_name = _("financial administration")
        verbose_name_plural = _("financial administrations")

    def __str__(self) -> str:
        return self.name
