"""Who am I and which divisions are there: Me, the two lists of divisions, the question whether one may.

Read only; nothing here changes what a user reaches.
"""

from collections.abc import Iterable
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox import listing, wall
from ledenbrug.bookkeeping.exact_online.sandbox.calls import Api, Call, accepts_json, bearer_of, data, forbidden_for
from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.facts import COUNTRY_NAMES
from ledenbrug.bookkeeping.exact_online.sandbox.guids import NOBODY
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import HRM_DIVISION, ME, SYSTEM_DIVISION
from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Refusal, bad, gone
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.views import View
from ledenbrug.bookkeeping.exact_online.sandbox.world import World, server_time
from ledenbrug.stage.messages import Request, Response

ME_PATH = "/api/v1/current/Me"
CUSTOMER_CODE = "1234567"


def register(api: Api) -> None:
    api.paths["me"] = "Me"
    for pattern in (ME_PATH, ME_PATH + "/{key}"):
        api.routes.add("GET", pattern, lambda request, _parameters: me(api.world, request))
    api.add("GET", SYSTEM_DIVISION.path, lambda call: divisions(call, SYSTEM_DIVISION))
    api.add("GET", SYSTEM_DIVISION.path, lambda call: one_division(call, SYSTEM_DIVISION), suffix="/{key}")
    api.add("GET", "system/AllDivisions", lambda call: divisions(call, SYSTEM_DIVISION, everyone=True))
    api.add("GET", HRM_DIVISION.path, lambda call: divisions(call, HRM_DIVISION))
    api.add("GET", HRM_DIVISION.path, lambda call: one_division(call, HRM_DIVISION), suffix="/{key}")
    api.add("GET", "users/UserHasRights", user_has_rights)


def me(world: World, request: Request) -> Response:
    """A list with one row, whatever is asked."""
    with world.lock:
        try:
            user = bearer_of(world, request).user
            accepts_json(request)
            if user.blocked:
                raise forbidden_for(user.blocked)
            view = View(ME, ME.path, f"{request.origin()}/api/v1/current")
            options = listing.read_options(request.query(), view)
            row = _me(world, user)
            return data(200, listing.answer(view, lambda _after: [row], options))
        except Refusal as refusal:
            return refusal.response("en")


def divisions(call: Call, shape: Shape, *, everyone: bool = False) -> Response:
    _is_open(call, shape)
    path = "system/AllDivisions" if everyone else shape.path
    view = View(shape, path, call.root())
    known = [books for code, books in sorted(call.world.divisions.items()) if everyone or _reaches(call, code)]

    def rows(after: Any) -> Iterable[Row]:
        return [_division(books, call.bearer.user, shape) for books in known if books.code > (after or 0)]

    return data(200, listing.answer(view, rows, listing.read_options(call.request.query(), view)))


def one_division(call: Call, shape: Shape) -> Response:
    _is_open(call, shape)
    key = call.parameters["key"]
    if not (key.isdigit() and _reaches(call, int(key))):
        raise gone()
    view = View(shape, shape.path, call.root())
    options = listing.read_options(call.request.query(), view)
    row = _division(call.world.divisions[int(key)], call.bearer.user, shape)
    return data(200, {"d": view.entity(row, options.select)})


def user_has_rights(call: Call) -> Response:
    query = {name.lower(): value.strip("'") for name, value in call.request.query().items()}
    if not (query.get("endpoint") and query.get("action")):
        raise bad("The parameters endpoint and action are needed.")
    path = query["endpoint"].strip("/").lower().removeprefix("bulk/").removeprefix("sync/")
    return data(200, {"d": {"UserHasRights": call.bearer.user.may_read(path)}})


def _is_open(call: Call, shape: Shape) -> None:
    said = call.world.switches.hrm_divisions
    if shape is HRM_DIVISION and said != "allow":
        raise gone() if said == "404" else forbidden_for("ApplicationScopeViolated")


def _reaches(call: Call, code: int) -> bool:
    return code in call.bearer.user.divisions and code in call.world.divisions


def _division(books: Division, user: User, shape: Shape) -> Row:
    row: Row = {
        "BlockingStatus": books.blocking, "Code": books.code, "Country": books.country, "Created": books.opened,
        "Creator": user.id, "CreatorFullName": user.name, "Currency": "EUR", "CustomerCode": CUSTOMER_CODE,
        "CustomerName": "Voorbeeldvereniging De Brug", "Description": books.name, "Modified": books.opened,
        "Modifier": user.id, "ModifierFullName": user.name, "StartDate": wall.midnight(books.clock()),
    }  # fmt: skip
    if shape is HRM_DIVISION:
        return row | {
            "HID": books.hid, "Main": books.hid == 1, "Status": 1 if books.status == 2 else 0,
            "CountryDescription": COUNTRY_NAMES.get(books.country), "CurrencyDescription": "Euro",
        }  # fmt: skip
    return row | {
        "Current": user.current == books.code, "DivisionMoveDate": books.moved, "Hid": books.hid,
        "IsDossierDivision": False, "IsMainDivision": books.hid == 1, "IsPracticeDivision": False,
        "IsHRDivision": False, "Legislation": books.country, "SiretNumber": "", "Status": books.status,
        "TemplateCode": "NL",
    }  # fmt: skip


def _me(world: World, user: User) -> Row:
    first, _, last = user.name.partition(" ")
    return {
        "CurrentDivision": user.current, "AccountingDivision": user.current, "DivisionCustomerCode": CUSTOMER_CODE,
        "DivisionCustomerName": "Voorbeeldvereniging De Brug", "DivisionCustomerSiretNumber": "",
        "IsEmployeeSelfServiceUser": False, "IsMyFirmLiteUser": False, "IsStarterUser": False,
        "IsMyFirmPortalUser": False, "IsClientUser": False, "FullName": user.name,
        "PictureUrl": "/docs/images/contact.png", "UserID": user.id, "UserName": user.email,
        "LanguageCode": "nl-NL" if user.language == "nl" else "en-GB", "Legislation": 1, "Email": user.email,
        "Title": "", "FirstName": first, "LastName": last, "Gender": "O", "Language": user.language.upper(),
        "Phone": "", "ServerTime": server_time(world), "ServerUtcOffset": wall.offset(world.clock()),
        "EmployeeID": NOBODY, "CustomerCode": CUSTOMER_CODE, "PackageCode": "", "IsOEIMigrationMandatory": False,
    }  # fmt: skip
