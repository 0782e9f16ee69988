"""Every screen of the Manager, as addresses within one association: the nth visit goes to `address(n)`.

What is only pressed, and never looked at, stands in `PRESSED`; `forgotten` says which screen stands nowhere.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse

from ledenbrug.bench.past import Past
from ledenbrug.manager.selection import MISSING
from ledenbrug.manager.urls import urlpatterns
from ledenbrug.members import ordering
from ledenbrug.members.models import CustomField, Kind
from ledenbrug.sync.selecting import STATES

Address = Callable[[int], str]
PRESSED = frozenset({
    "columns", "selection_save", "selection_change", "selection_remove", "bulk_undo", "answer_proposals",
    "period_remove", "member_restore", "custom_field_archive", "preview_export", "act", "settle", "take_back",
    "settle_drift", "settle_column", "alike", "task_stop", "ask_withdraw",
})  # fmt: skip
THERE = frozenset({"associations", "authorize", "grant", "connect", "reconnect", "connection_edit", "undo", "undoing"})
"""Where the package answers first, or no association is chosen yet: its time is not ours."""
OF_ALL = (
    "dashboard", "member_add", "former", "coming", "deleted", "import", "selections", "duplicates", "bulk_changes",
    "proposals", "rounds", "settings", "statuses", "status_add", "custom_fields", "custom_field_add",
    "administrations", "administration_add", "users", "user_invite", "integrations",
)  # fmt: skip
OF_A_MEMBER = (
    "member", "member_edit", "member_status", "member_payer", "member_delete", "mandate_add", "member_data",
    "note_add", "iban",
)  # fmt: skip
OF_A_CONNECTION = (
    "connection", "connection_hold", "connection_remove", "progress", "preview", "doubles", "journal", "left_out",
    "differences",
)  # fmt: skip
TYPED = ("vos", "given3", "vos12", "m12", "jansen 4", "06 1000", "plaats 3", "nl00test", "van der", "1234 ab", "a")


def screens(past: Past) -> Mapping[str, Address]:
    return {
        **{name: _at(past, name) for name in OF_ALL},
        **{name: _at_each_member(past, name) for name in OF_A_MEMBER},
        **{name: _at_link(past, name) for name in OF_A_CONNECTION},
        **_lists(past),
        **_many(past),
        **_one(past),
    }


def forgotten(measured: Iterable[str]) -> frozenset[str]:
    """Screens that stand nowhere: a name begins with that of its screen."""
    named = {name.split()[0].rstrip(",") for name in measured}
    return frozenset(str(each.name) for each in urlpatterns) - named - PRESSED - THERE


def while_typing(past: Past) -> Mapping[str, Address]:
    """Only the rows come back then."""
    return {f"typing {text!r}": _at(past, "members", query=f"q={text}") for text in TYPED} | {
        "typing a name": lambda n: _to(past, "members", query=f"q=vos{n * 7919 % 9001}"),
    }


def _lists(past: Past) -> Mapping[str, Address]:
    """The list of members, from its top and far down, in every order and through every filter."""
    orders = [*ordering.ORDERS, *(each.key for each in past.own)]
    far = past.members[-1]
    filters = {
        "status": f"status={past.statuses['Jeugdlid'].pk}",
        "place": "city=plaats 31",
        "since": "from=2015-01-01&until=2016-01-01",
        **{f"{name} empty": f"missing={name}" for name in MISSING},
        **{f"{each.name} empty": f"missing={each.key}" for each in past.own},
        **{each.name: _asked(each) for each in past.own},
        **{state: f"connected={state}" for state in STATES},
        "not answered": f"asked=unanswered&round={past.round}",
        "all together": f"q=vos&status={past.statuses['Lid'].pk}&city=plaats 31&missing=phone&from=2000-01-01",
    }
    return {
        "members": _at(past, "members"),
        "members, far down": lambda n: _to(past, "members", query=f"after={far - n * 50}"),
        "members, every column": _at(past, "members", query=f"columns={','.join(orders)}"),
        **{f"members by {each}": _at(past, "members", query=f"sort={each}") for each in orders},
        "members by city, far down": lambda n: _to(past, "members", query=f"sort=-city&after={far - n * 50}"),
        **{f"members, {name}": _at(past, "members", query=query) for name, query in filters.items()},
    }


def _many(past: Past) -> Mapping[str, Address]:
    """What is asked before many are changed: of all, and of some."""
    to, twelve = past.statuses["Donateur"].pk, "&".join(f"member={each}" for each in past.members[:12])
    team = past.own[0].key
    return {
        "bulk_status": _at(past, "bulk_status", query="all=1"),
        "bulk_status, all": _at(past, "bulk_status", query=f"all=1&to={to}&start=2030-01-01"),
        "bulk_status, twelve": _at(past, "bulk_status", query=f"{twelve}&to={to}&start=2030-01-01"),
        "bulk_field": _at(past, "bulk_field", query="all=1"),
        "bulk_field, all": _at(past, "bulk_field", query="all=1&field=city&value=Elders"),
        "bulk_field, an own one of all": _at(past, "bulk_field", query=f"all=1&field={team}&value=Elders"),
        "bulk_delete": _at(past, "bulk_delete", query="all=1"),
        "bulk_change": _at(past, "bulk_change", change=past.bulk_change),
        "bulk_ask": _at(past, "bulk_ask", query="all=1"),
        "bulk_ask, again": _at(past, "bulk_ask", query=f"asked=unanswered&round={past.round}&all=1"),
        "bulk_withdraw": _at(past, "bulk_withdraw", query=f"round={past.round}&all=1"),
        "export": _at(past, "export", query="all=1"),
        "import_preview": _at(past, "import_preview", proposal=past.an_import),
        "import_preview, far down": _at(past, "import_preview", query="page=30", proposal=past.an_import),
        "questions": _at_link(past, "questions", reason="left"),
        "questions, refused": _at_link(past, "questions", query="group=address", reason="invalid"),
        "journal, far down": _at_link(past, "journal", query=f"before={past.step}"),
        "connection, off": _at_link(past, "connection", off=True),
        "preview, made": _at_link(past, "preview", off=True),
        "preview, far down": _at_link(past, "preview", off=True, query="page=300"),
        "preview, new ones": _at_link(past, "preview", off=True, query="kind=create"),
        "preview, searching": _at_link(past, "preview", off=True, query="q=vos12"),
    }


def _one(past: Past) -> Mapping[str, Address]:
    """One row of something else."""
    one, other = past.double
    return {
        "member, with notes and a history": _at(past, "member", member=past.busy),
        "member_erase": _at(past, "member_erase", member=past.deleted),
        "member_merge": _at(past, "member_merge", member=one, other=other),
        "mandate_end": _at(past, "mandate_end", member=past.mandate.member_id, mandate=past.mandate.pk),
        "note": _at(past, "note", member=past.busy, note=past.note),
        "proposal": _at(past, "proposal", proposed=past.proposed),
        "status_edit": _at(past, "status_edit", status=past.statuses["Lid"].pk),
        "custom_field_edit": _at(past, "custom_field_edit", field=past.own[0].pk),
        "custom_field_remove": _at(past, "custom_field_remove", field=past.archived),
        "administration_edit": _at(past, "administration_edit", administration=past.administration),
        "round": _at(past, "round", round=past.round),
        "task": _at(past, "task", task=past.task),
        "user_edit": _at(past, "user_edit", assignment=past.assignment),
        "package": _at(past, "package", package=past.connection.package),
    }


def _asked(field: CustomField) -> str:
    """Of whom one asks what stands in this field: one value, a part of it, or from where to where."""
    asked = {
        Kind.NUMBER: "{key}-from=100&{key}-until=300",
        Kind.MONEY: "{key}-from=10&{key}-until=20",
        Kind.DATE: "{key}-from=2010-01-01&{key}-until=2012-12-31",
        Kind.YES_NO: "{key}=yes",
        Kind.CHOICE: "{key}=M",
    }
    return asked.get(Kind(field.kind), "{key}=1").format(key=field.key)


def _to(past: Past, name: str, *, query: str = "", **parts: Any) -> str:
    address = reverse(f"manager:{name}", kwargs={"slug": past.association.slug, **parts})
    return f"{address}?{query}" if query else address


def _at(past: Past, name: str, *, query: str = "", **parts: Any) -> Address:
    address = _to(past, name, query=query, **parts)
    return lambda n: address


def _at_each_member(past: Past, name: str) -> Address:
    return lambda n: _to(past, name, member=past.members[n * 7919 % len(past.members)])


def _at_link(past: Past, name: str, *, off: bool = False, query: str = "", **parts: Any) -> Address:
    connection = past.off if off else past.connection
    return _at(past, name, query=query, package=connection.package, connection=connection.pk, **parts)
