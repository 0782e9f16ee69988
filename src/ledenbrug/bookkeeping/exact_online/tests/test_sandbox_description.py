"""The sandbox's shapes are held against the vendor's resource descriptions and against what was seen on the service.

Skipped, visibly, where those files are not beside the checkout.
"""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.sandbox import crm_shapes as crm
from ledenbrug.bookkeeping.exact_online.sandbox import other_shapes as other
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Shape
from ledenbrug.bookkeeping.exact_online.tests.sandbox_description import SHAPES, load, resources
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import Program, program

COMPARED = (
    *(crm.ACCOUNT, crm.CONTACT, crm.ADDRESS, crm.BANK_ACCOUNT, other.MANDATE, other.CONDITION, other.CLASSIFICATION),
    *(other.CLASSIFICATION_NAME, other.STATE, other.SYSTEM_DIVISION, other.HRM_DIVISION, other.ME, other.DELETED),
    *(other.SYNC_TIMESTAMP, other.WEBHOOK),
)
KINDS = {
    "Edm.String": "s", "Edm.Guid": "g", "Edm.DateTime": "d", "Edm.Int32": "i", "Edm.Int16": "i", "Edm.Byte": "i",
    "Edm.Int64": "l", "Edm.Double": "f", "Edm.Boolean": "b", "Edm.Binary": "s", "php:bool": "b",
}  # fmt: skip
UNDESCRIBED = {"ClientGroup", "ClientGroupDescription"}  # seen in 2026 only
NOT_COMPARED = {  # system, observed and documented differ in what the services can do with them
    "general/Currencies", "bulk/CRM/Accounts", "bulk/CRM/Contacts", "bulk/CRM/Addresses", "sync/CRM/Accounts",
    "sync/CRM/Contacts", "sync/CRM/Addresses", "system/AllDivisions", "users/UserHasRights",
}  # fmt: skip
VARIES = {"__metadata", "ConsolidationScenario"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret") as running:
        yield running


@pytest.fixture(scope="module")
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


@pytest.mark.parametrize("shape", COMPARED, ids=lambda shape: shape.path)
def test_a_shape_has_the_properties_that_are_described(shape: Shape) -> None:
    described = resources()[shape.path]["properties"]
    assert set(shape.properties) - UNDESCRIBED == set(described)
    kinds = {name: KINDS.get(one["type"], "x") for name, one in described.items()}
    assert {name: shape.properties[name].kind for name in kinds} == kinds


@pytest.mark.parametrize("shape", COMPARED[:5], ids=lambda shape: shape.path)
def test_what_may_be_written_and_what_must_be_is_as_described(shape: Shape) -> None:
    described = resources()[shape.path]["properties"]
    for name, one in described.items():
        verbs = one.get("verbs_2022")
        known = shape.properties[name]
        if verbs and name != shape.key:
            assert (known.on_create, known.on_update) == ("P" in verbs, "U" in verbs), name
    needed = {name for name, one in described.items() if one.get("mandatory_2025")} - {"FirstName", "LastName"}
    assert set(shape.needed) == needed


def test_relations_can_be_filtered_on_what_is_described() -> None:
    described = resources()["crm/Accounts"]["properties"]
    allowed = {name for name, one in described.items() if one.get("mandatory_filter_candidate_2025")}
    assert set(crm.ACCOUNT.filterable or ()) == allowed


def test_every_described_resource_is_there(api: Program) -> None:
    known = {shape.path for shape in COMPARED} | NOT_COMPARED
    assert set(resources()) <= known
    for path in known - {"general/Currencies", "Me"}:
        assert api.ask("GET", path).status_code != 404, path


@pytest.mark.parametrize(
    ("name", "path"), [("account", crm.ACCOUNT.path), ("contact", crm.CONTACT.path), ("system_division", "")]
)
def test_the_keys_come_in_the_order_that_was_seen(api: Program, name: str, path: str) -> None:
    seen = load(SHAPES)[name]["key_order"]
    if not path:
        shown = api.rows("system/Divisions")[0]
    else:
        values = {"LastName": "Bakker", "Account": api.account()} if name == "contact" else {"Name": "S. Bakker"}
        shown = api.post(path, **values)
    assert list(shown) == seen


def test_me_has_the_keys_and_types_that_were_seen(api: Program) -> None:
    seen, me = load(SHAPES)["me"], api.me()
    assert list(me) == seen["key_order"]
    types = {"string": str, "bool": bool, "object": dict}
    for name, kind in seen["types_when_set"].items():
        if me[name] is not None:
            assert type(me[name]) in ((int, float) if kind == "number" else (types[kind],)), name


def test_a_minimal_relation_has_the_defaults_that_were_seen(api: Program) -> None:
    seen = load(SHAPES)["account"]
    full = api.one(crm.ACCOUNT.path, api.account(Status="C"))
    expected = {name: value for name, value in seen["defaults_after_minimal_post_FR"].items() if name not in VARIES}
    assert {name: full[name] for name in expected} == expected
    assert {name for name in seen["null_after_minimal_post"] if full[name] is not None} == set()
    assert {name for name in seen["set_by_server"] if full[name] is None} == set()


@pytest.mark.parametrize(("name", "shape"), [("account", crm.ACCOUNT), ("contact", crm.CONTACT)])
def test_the_bare_reply_tells_what_was_seen(api: Program, name: str, shape: Shape) -> None:
    seen = load(SHAPES)[name]["post_reply_without_prefer_nonnull"]
    values = {"LastName": "Bakker", "Account": api.account()} if name == "contact" else {"Name": "S. Bakker"}
    reply = api.ask("POST", shape.path, values).json()["d"]
    told = {key: value for key, value in reply.items() if value is not None}
    assert set(told) == set(seen)
    assert {key: told[key] for key, value in seen.items() if value != "…"} == {
        key: value for key, value in seen.items() if value != "…"
    }


def test_a_contact_is_null_where_nothing_was_seen(api: Program) -> None:
    seen = load(SHAPES)["contact"]
    full = api.post(crm.CONTACT.path, Account=api.account(), FirstName="Sam", LastName="Bakker", Email="s@b.example")
    assert {name for name in seen["null_after_minimal_post"] if full[name] is not None} - {"Country"} == set()
    assert {name for name in seen["types_when_set"] if full[name] is None} == set()
