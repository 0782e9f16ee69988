"""Everything that is held of one member, as rows that the member can read: for a request under privacy law.

It must not tell of other people: not who pays, not who is paid for, not who changed something.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledenbrug.manager import chronicle, words
from ledenbrug.members import custom
from ledenbrug.members.models import Export, FillRequest, IssuedNumber, Member
from ledenbrug.members.models.member import NOT_TRACKED
from ledenbrug.members.operations.erasing import payers_of
from ledenbrug.sync import disclosing

Row = tuple[str, str, str, str]
"""Part, when, what, value."""

TOLD_APART = chronicle.OTHERS | {"id", "association", "version", "custom", "status", "deleted_at", *NOT_TRACKED}
"""Fields that are told in words of their own, or say nothing about the person."""


def of_member(it: Member) -> Iterator[Row]:
    yield _("Part"), _("When"), _("What"), _("Value")
    yield from _details(it)
    yield from _membership(it)
    yield from _payment(it)
    for note in it.notes.all():
        yield _("Notes"), _at(note.changed_at or note.at), _("Note"), note.text
    yield from _sent(it)
    yield from _taken(it)
    yield from _asked(it)
    yield from _history(it)


def _details(it: Member) -> Iterator[Row]:
    own = custom.fields_of(it.association_id, archived=True)
    names = [field.name for field in Member._meta.concrete_fields if field.name not in TOLD_APART]
    for name in (*names, *own):
        value = custom.value_of(it, name)
        if value not in (None, ""):
            yield _("Details"), "", chronicle.label(name, own), chronicle.plain(name, value, own)
    yield _("Details"), _at(it.created_at), _("Added"), ""
    yield _("Details"), _at(it.changed_at), _("Last changed"), ""
    if it.deleted_at:
        yield _("Details"), _at(it.deleted_at), _("Deleted"), ""
    for issued in IssuedNumber.objects.of(it.association).filter(holder__in=_ids(it)).exclude(number=it.number):
        yield _("Details"), "", _("Earlier member number"), issued.number


def _membership(it: Member) -> Iterator[Row]:
    for period in it.periods.select_related("status"):
        yield _("Membership"), _at(period.start), _("Member status"), period.status.name
    for mandate in it.mandates.select_related("financial_administration").order_by("signed", "id"):
        books = mandate.financial_administration.name
        yield _("Mandates"), _at(mandate.signed), _("signed"), f"{mandate.reference} ({books})"
        if mandate.ended:
            yield _("Mandates"), _at(mandate.ended), _("ended"), f"{mandate.reference} ({books})"


def _payment(it: Member) -> Iterator[Row]:
    if it.payer_member_id or it.payer_details_id:
        yield _("Invoice to"), "", _("Payer"), _("Somebody else, whose data do not belong in this file")
    if number := it.pays_for.filter(deleted_at=None).count():
        yield _("Invoice to"), "", _("Pays for how many other members"), str(number)


def _sent(it: Member) -> Iterator[Row]:
    payers, part = payers_of(it), _("Sent to a bookkeeping package")
    for held in disclosing.held(it.association, payers):
        contact = _("contact %(contact)s, customer number %(number)s") % {
            "contact": held.contact,
            "number": held.number or "-",
        }
        yield part, _at(held.sent_at), f"{held.package}, {held.administration}", contact
    for sent in disclosing.sent(it.association, payers):
        groups = ", ".join(str(words.GROUPS[group][0]) for group in sent.groups)
        yield part, _at(sent.at), f"{sent.package}, {sent.administration}", groups


def _taken(it: Member) -> Iterator[Row]:
    part, own = _("Taken out as a file"), custom.fields_of(it.association_id, archived=True)
    for export in Export.objects.of(it.association).filter(members__overlap=_ids(it)).order_by("-at"):
        yield part, _at(export.at), _("Fields"), ", ".join(chronicle.label(each, own) for each in export.fields)


def _asked(it: Member) -> Iterator[Row]:
    part = _("Asked to fill in fields")
    rows = FillRequest.objects.of(it.association).filter(pk__in=_ids(it)).select_related("round")
    for asked in rows.order_by("round"):
        yield part, _at(asked.round.at), _("Asked"), asked.round.why
        if asked.sent_at:
            yield part, _at(asked.sent_at), _("Mailed a link that opens up to and including"), _at(asked.round.until)
        if asked.answered_at:
            yield part, _at(asked.answered_at), _("Answered"), ""
        if asked.ended_at:
            yield part, _at(asked.ended_at), _("Link ended"), ""


def _history(it: Member) -> Iterator[Row]:
    for told in chronicle.of_member(it, private=True, others=False, most=None):
        part, at = f"{_('History')}: {told.what}", _at(told.at)
        for line in told.lines:
            yield part, at, line["field"], line["after"] if told.first else f"{line['before']} → {line['after']}"


def _ids(it: Member) -> Sequence[int]:
    return [it.pk, *it.merged.values_list("pk", flat=True)]


def _at(moment: datetime | date | None) -> str:
    if isinstance(moment, datetime):
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return date_format(moment, "SHORT_DATE_FORMAT") if moment else ""
