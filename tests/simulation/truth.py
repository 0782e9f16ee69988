"""What must be true when the weather has been good for a while: said as complaints, none of which may be there."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from ledenbrug.core.compare import same
from ledenbrug.core.records import FIELDS, ContactId, Field, Group, PayerKey, Standing, Whereabouts
from ledenbrug.sync import reading
from ledenbrug.sync.models import Connection, Drift, Grant, GrantState, Journal, Link, Outcome, Problem, Touched
from tests.simulation.play import Play, fresh_session

TURNS = 60


class NeverEnds(AssertionError):
    pass


def good_weather(play: Play) -> None:
    """Nothing goes wrong any more; somebody logs in again; a night passes, and its round must mend what is left."""
    stage = play.stage
    stage.far.weather.armed.clear()
    fresh_session()
    play.do(("log_in", 0, 0))
    connection = stage.connection
    if not connection.enabled:
        play.do(("enable", 0, 0))
    Connection.objects.update(waiting="", waiting_until=None, hold_until=None)
    _until_quiet(play)
    play.do(("token_ends", 0, 0))
    play.do(("night", 0, 0))
    _until_quiet(play)


def _until_quiet(play: Play) -> None:
    for _ in range(TURNS):
        due = play.turn()
        if due is None and Grant.objects.exclude(state=GrantState.GIVEN).exists():
            play.do(("log_in", 0, 0))
        elif due is None or due - play.stage.now > timedelta(hours=20):
            return
        else:
            play.stage.later((due - play.stage.now).total_seconds())
    raise NeverEnds(f"still busy after {TURNS} turns")


def complaints(play: Play) -> Iterator[str]:
    stage, connection = play.stage, play.stage.connection
    links = {PayerKey(each.payer): each for each in Link.objects.all()}
    everyone = [PayerKey(f"m{each}") for each in stage.members]
    reads = reading.asked(connection, everyone, now=stage.now)
    open_now = list(Problem.objects.filter(closed_at=None))
    told = {(each.payer, each.group) for each in open_now}
    drifts = set(Drift.objects.filter(verdict__in=("", "ignore")).values_list("link__payer", "group"))
    whole = (("", "") in told) and any(not each.payer and each.reason.endswith("_fell") for each in open_now)
    if connection.waiting:
        yield f"it waits for {connection.waiting}"
    for payer in everyone:
        desired, link = reads[payer].desired, links.get(payer)
        if desired.standing is not Standing.SELECTED or (payer, "") in told or whole:
            continue
        if link is None or not stage.far.here(link.contact):
            if not any(each.payer == payer for each in open_now):
                yield f"{payer} has no contact and nobody was told"
            continue
        if link.unsure:
            yield f"{payer} is still in doubt"
        yield from _fields(play, payer, desired.values, link, told | drifts)
    yield from _contacts(play, links, open_now)
    yield from _problems(play, links, reads, open_now)
    yield from _journal(play, links)
    if not play.puts_back:
        yield from (f"theirs was undone: {each}" for each in stage.far.remembered.undone)
    if stage.far.remembered.foreseeable:
        yield f"{stage.far.remembered.foreseeable} times the limit said no"
    if stage.far.renewals.at_once:
        yield f"{stage.far.renewals.at_once} times two renewed the tokens at once"
    if stage.far.renewals.unasked:
        yield f"{stage.far.renewals.unasked} times somebody was to log in for nothing"
    left = Touched.objects.filter(not_before=None).count()
    if left:
        yield f"{left} still to be looked at"


def _fields(play: Play, payer: str, values: dict[Field, str], link: Link, told: set[tuple[str, str]]) -> Iterator[str]:
    far, contact = play.stage.far, ContactId(link.contact or "")
    theirs = far.contacts()[contact]
    for group in Group:
        mine = [each for each in FIELDS[group] if each in values]
        if group is Group.CUSTOMER_NUMBER or (payer, group.value) in told:
            continue
        # what somebody there filled in where we never had anything is not ours to clear
        differ = [e for e in mine if not same(e, values[e], theirs[e]) and (values[e] or e in link.sent)]
        never_ours = [e for e in differ if not values[e] and not far.remembered.accepted.get((contact, e))]
        if set(differ) - set(never_ours):
            yield f"{payer} {group}: {[(e.value, values[e], theirs[e]) for e in differ]} and nobody was told"


def _contacts(play: Play, links: dict[PayerKey, Link], open_now: list[Problem]) -> Iterator[str]:
    """Every contact that we made is linked by the one whose number it carries, and nobody has two."""
    truth, there = play.stage.far.remembered, play.stage.far.contacts()
    payer_of = _payers(play)
    linked = {each.contact: payer for payer, each in links.items() if each.contact}
    told = {each.contact for each in open_now if each.reason == "number_taken"}  # changed there beyond recognition
    living = Counter(payer_of[number] for contact, number in truth.made.items() if contact in there)
    for payer, count in living.items():
        if count > 1 and payer not in play.made_again:
            yield f"{payer} has {count} contacts"
    for contact, number in truth.made.items():
        payer = payer_of[number]
        if contact in there and contact not in linked and contact not in told and payer not in play.made_again:
            yield f"{contact}, made for {payer}, is linked by nobody"
        if contact in linked and linked[contact] != payer:
            yield f"{contact}, made for {payer}, is linked by {linked[contact]}"


def _problems(
    play: Play, links: dict[PayerKey, Link], reads: dict[PayerKey, reading.Read], open_now: list[Problem]
) -> Iterator[str]:
    """Nobody is told what is not so."""
    far = play.stage.far
    there = far.contacts()
    for each in open_now:
        link = links.get(PayerKey(each.payer))
        gone = link is None or link.contact not in there
        archived = not gone and not far.here(link.contact if link else None)
        selected = each.payer in reads and reads[PayerKey(each.payer)].desired.standing is Standing.SELECTED
        if each.dismissed:
            continue
        if each.reason == Whereabouts.GONE and not (gone and selected):
            yield f"{each.payer} is said to be gone"
        if each.reason == Whereabouts.ARCHIVED and not (archived and selected):
            yield f"{each.payer} is said to be archived"
        if each.reason == "left" and selected:
            yield f"{each.payer} is said to have left"
        if each.reason == "invalid" and selected:
            field = Field(each.params["field"])
            if (field, reads[PayerKey(each.payer)].desired.values.get(field)) not in far.remembered.refused:
                yield f"{each.payer} {field} is said to be refused"
        if each.reason in ("withdrawn", "unreachable", "no_answer", "package_error"):
            yield f"trouble that is over: {each.reason}"


def _journal(play: Play, links: dict[PayerKey, Link]) -> Iterator[str]:
    """Per payer: what is called done was done, and what was done is called done or lost."""
    truth = play.stage.far.remembered
    said: dict[str, Counter[str]] = {}
    for payer, outcome in Journal.objects.values_list("payer", "outcome"):
        if outcome == Outcome.NOTED:
            yield f"{payer}: a step is still under way"
        said.setdefault(payer, Counter())[f"{outcome}"] += 1
    payer_of = _payers(play)
    made_for = {contact: payer_of[number] for contact, number in truth.made.items()}
    carried: Counter[str] = Counter()
    for key, writes in truth.writes.items():
        owner = payer_of.get(key) or made_for.get(ContactId(key))
        owner = owner or next((payer for payer, link in links.items() if link.contact == key), "?")
        carried[owner] += writes
    for payer in said.keys() | carried.keys():
        done, lost = said.get(payer, Counter())[Outcome.DONE], said.get(payer, Counter())[Outcome.LOST]
        if not done <= carried[payer] <= done + lost:
            yield f"{payer}: {carried[payer]} writes, the journal says {done} done and {lost} lost"


def _payers(play: Play) -> dict[str, PayerKey]:
    """Every customer number ever given → whose it is."""
    far = play.stage.far
    return {
        far.package.number(prefix, str(number)): PayerKey(f"m{member}")
        for number, member in enumerate(play.stage.members, start=1)
        for prefix in far.prefixes
    }


def journal(play: Play) -> list[tuple[str, ...]]:
    """Every step in its order, with names for contacts that are the same whenever it is played."""
    names = {contact: f"contact {place}" for place, contact in enumerate(play.stage.far.remembered.made)}
    columns = ("payer", "kind", "number", "contact", "outcome", "reason", "noted_at", "closed_at")
    return [
        tuple(names.get(ContactId(str(each)), str(each)) for each in row)
        for row in Journal.objects.order_by("id").values_list(*columns)
    ]
