"""An association as people meet it in a browser: a user per role, members, a connection, and another association."""

from dataclasses import dataclass
from datetime import date

from django.test import Client

from ledenbrug.members.models import (
    Assignment,
    Association,
    FinancialAdministration,
    Mandate,
    Member,
    MemberStatus,
    Period,
    Role,
    User,
)
from ledenbrug.sync.models import Connection, Grant
from tests.members.factories import IBAN, a_member, a_status, a_user, an_association
from tests.sync.stage import Stage, a_stage

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Front:
    """Everything that an address of the Manager may name, once."""

    stage: Stage
    association: Association
    status: MemberStatus
    books: FinancialAdministration
    member: Member
    gone: Member
    mandate: Mandate
    connection: Connection
    grant: Grant

    @property
    def slug(self) -> str:
        return self.association.slug

    @property
    def root(self) -> str:
        return f"/{self.slug}/"

    @property
    def integration(self) -> str:
        return f"{self.root}settings/integrations/{self.connection.package}/"

    @property
    def link(self) -> str:
        """The page of the connection."""
        return f"{self.integration}{self.connection.pk}/"

    @property
    def person(self) -> str:
        """The page of the member."""
        return f"{self.root}members/{self.member.pk}/"

    def user(self, role: str) -> User:
        return a_user(self.association, role)

    def as_(self, role: str) -> Client:
        return logged_in(self.user(role))


def a_front(*, enabled: bool = False) -> Front:
    stage = a_stage(enabled=enabled)
    association, connection = stage.association, stage.connection
    books = connection.financial_administration
    member = a_member(
        association,
        status=stage.status,
        given_name="Anna",
        infix="van",
        last_name="Voorbeeld",
        email="anna@leden.example",
        iban=IBAN,
        birth_date=date(1990, 4, 3),
        memo="Zingt in het koor",
    )
    gone = a_member(association, status=stage.status, last_name="Vertrokken", deleted_at="2026-01-01T00:00Z")
    mandate = Mandate.objects.create(
        association=association,
        member=member,
        financial_administration=books,
        reference=f"M-{member.pk}",
        signed=date(2024, 1, 2),
    )
    assert connection.grant is not None
    return Front(stage, association, stage.status, books, member, gone, mandate, connection, connection.grant)


def a_period(front: Front) -> Period:
    later = a_status(front.association, "Oud-lid", archived=True)
    return Period.objects.create(
        association=front.association, member=front.member, status=later, start=date(2030, 1, 1)
    )


def an_outsider() -> User:
    """Treasurer and all, of another association."""
    return a_user(an_association(), Role.ADMIN)


def logged_in(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user, backend=BACKEND)
    return client


def role_of(user: User, association: Association) -> str:
    return Assignment.objects.get(user=user, association=association).role
