"""The lists around contacts: custom fields, workflows, users, and the association's own details.

Read-only here, as fields, workflows and users are made by people at the service.
"""

from ledenbrug.bookkeeping.moneybird.sandbox import answers, reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import model_not_found, not_found
from ledenbrug.stage.messages import Response, json_response


def register(api: Api) -> None:
    api.add("GET", "/custom_fields", custom_fields)
    api.add("GET", "/workflows", workflows)
    api.add("GET", "/workflows/{id}", workflow)
    api.add("GET", "/users", users, scopes=("settings",))
    api.add("GET", "/identities", identities, scopes=("settings",))
    api.add("GET", "/identities/default", default_identity, scopes=("settings",))
    api.add("GET", "/identities/{id}", identity, scopes=("settings",))


def custom_fields(call: Call) -> Response:
    fields = call.books.custom_fields.values()
    return json_response(200, [answers.custom_field(call.books.id, one) for one in fields])


def workflows(call: Call) -> Response:
    return json_response(200, [answers.workflow(call.books.id, one) for one in call.books.workflows.values()])


def workflow(call: Call) -> Response:
    found = call.books.workflows.get(call.parameters["id"])
    if found is None:
        raise model_not_found("Workflow")
    return json_response(200, answers.workflow(call.books.id, found))


def users(call: Call) -> Response:
    """Owners always; accountants and the users of applications when asked for."""
    query, kinds = call.request.query(), {"owner", "employee"}
    kinds |= {"accountant"} if reading.truth(query.get("include_accountants", "")) else set()
    kinds |= {"api_user"} if reading.truth(query.get("include_api_users", "")) else set()
    here = {call.world.api_users[one.id] for one in call.world.desk.grants.values() if call.books.id in one.reach}
    known = [one for one in call.world.users.values() if one.user_type != "api_user" or one.id in here]
    return json_response(200, [answers.user(one) for one in known if one.user_type in kinds])


def identities(_call: Call) -> Response:
    """Without the default one, and there is no other."""
    return json_response(200, [])


def default_identity(call: Call) -> Response:
    return json_response(200, answers.identity(call.books))


def identity(call: Call) -> Response:
    found = answers.identity(call.books)
    if found["id"] != call.parameters["id"]:
        raise not_found()
    return json_response(200, found)
