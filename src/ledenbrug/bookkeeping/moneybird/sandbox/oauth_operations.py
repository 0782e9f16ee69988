"""The token endpoint and the end of a token, for programs.

The pages people see on the way to a code are in `oauth_pages`.
"""

from ledenbrug.bookkeeping.moneybird.sandbox.world import World
from ledenbrug.stage.messages import NotJson, Request, Response, json_response
from ledenbrug.stage.oauth import Refused
from ledenbrug.stage.routes import Routes

_NO_STORE = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]


class OAuthOperations:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        routes.add("POST", "/oauth/token", self.token)
        if world.switches.revoke == "yes":
            routes.add("POST", "/oauth/revoke", self.revoke)

    def token(self, request: Request, _parameters: dict[str, str]) -> Response:
        desk = self.world.desk
        try:
            form = _form(request)
            kind = form.get("grant_type", "")
            if not kind:
                raise Refused("invalid_request", "Missing required parameter: grant_type.")
            application = desk.application_of(request, form)
            if kind == "authorization_code":
                token = desk.exchange(application, form)
            elif kind == "refresh_token":
                token = desk.refresh(application, form)
            else:
                raise Refused("unsupported_grant_type", "The authorization grant type is not supported.")
        except Refused as refused:
            return self._refusal(refused)
        return json_response(200, desk.token_answer(token), _NO_STORE)

    def revoke(self, request: Request, _parameters: dict[str, str]) -> Response:
        try:
            form = _form(request)
            self.world.desk.revoke(self.world.desk.application_of(request, form), form.get("token", ""))
        except Refused as refused:
            return self._refusal(refused)
        return json_response(200, {})

    def _refusal(self, refused: Refused) -> Response:
        status = {"invalid_client": 401, "invalid_grant": int(self.world.switches.invalid_grant)}.get(
            refused.error, 400
        )
        body = {"error": refused.error, "error_description": refused.description}
        challenge = (
            [("WWW-Authenticate", f'Bearer realm="Moneybird", error="{refused.error}"')] if status == 401 else []
        )
        return json_response(status, body, [*_NO_STORE, *challenge])


def _form(request: Request) -> dict[str, str]:
    """What stands in the address counts too: some libraries put it all there."""
    if "json" not in request.headers.get("content-type", ""):
        return {**request.query(), **request.form()}
    try:
        body = request.json()
    except NotJson:
        raise Refused("invalid_request", "The request is not JSON.") from None
    return {key: str(value) for key, value in body.items()} if isinstance(body, dict) else {}
