"""Gives a member a status from a day on, in the past, today or the future, and mends what was entered wrongly."""

from datetime import date, datetime

from ledenbrug.members import calendar
from ledenbrug.members.models import Member, MemberStatus, Period, User
from ledenbrug.members.operations.writing import held, same_association, writing
from ledenbrug.members.refusals import Reason, Refused


def set_status(member: Member, *, status: MemberStatus, start: date, by: User | None, now: datetime) -> Period:
    """From `start` until the next period begins. A period that starts the same day gets this status."""
    same_association(member.association_id, status)
    with writing(member.association_id, by=by):
        found = held(member)
        period, made = Period.objects.get_or_create(
            association_id=found.association_id, member=found, start=start, defaults={"status": status}
        )
        if not made and period.status_id != status.pk:
            period.status = status
            period.save(update_fields=["status"])
        _follow(member, now)
    return period


def change_period(period: Period, *, status: MemberStatus, start: date, by: User | None, now: datetime) -> Period:
    """Corrects one period. Onto a day on which another begins it replaces that one."""
    same_association(period.association_id, status)
    with writing(period.association_id, by=by):
        held(period.member)
        Period.objects.filter(member_id=period.member_id, start=start).exclude(pk=period.pk).delete()
        Period.objects.filter(pk=period.pk).update(status=status, start=start)
        _follow(period.member, now)
    period.refresh_from_db()
    return period


def remove_period(period: Period, *, by: User | None, now: datetime) -> None:
    """The period before it then lasts on. The only one stays: a member without any is nobody."""
    with writing(period.association_id, by=by):
        held(period.member)
        if not Period.objects.filter(member_id=period.member_id).exclude(pk=period.pk).exists():
            raise Refused.because(Reason.ONLY_PERIOD)
        Period.objects.filter(pk=period.pk).delete()
        _follow(period.member, now)


def _follow(member: Member, now: datetime) -> None:
    calendar.settle([member], day=calendar.today(member.association, now))
