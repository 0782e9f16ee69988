"""The token endpoint, for programs, with every refusal that was seen on the real one.

The pages people see on the way to a code are in `oauth_pages`.
"""

from ledenbrug.bookkeeping.exact_online.sandbox.desk import RefusedToken
from ledenbrug.bookkeeping.exact_online.sandbox.world import World
from ledenbrug.stage.messages import Request, Response, json_response
from ledenbrug.stage.oauth import Application, Refused, Token
from ledenbrug.stage.routes import Routes

TOKEN_PATH = "/api/oauth2/token"  # noqa: S105
_NO_STORE = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]


class OAuthOperations:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        routes.add("POST", TOKEN_PATH, self.token)

    def token(self, request: Request, _parameters: dict[str, str]) -> Response:
        form = request.form()
        with self.world.lock:
            try:
                token = self._granted(self._application(request, form), form)
            except RefusedToken as refused:
                return _refusal(refused)
        answer = {
            "access_token": token.access,
            "token_type": "Bearer",
            "expires_in": f"{self.world.switches.access_seconds:.0f}",  # a text, not a number
            "refresh_token": token.refresh,
        }
        return json_response(200, answer, _NO_STORE)

    def _application(self, request: Request, form: dict[str, str]) -> Application:
        try:
            return self.world.desk.application_of(request, form)
        except Refused:
            raise RefusedToken(400, "invalid_request") from None

    def _granted(self, application: Application, form: dict[str, str]) -> Token:
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            return self.world.desk.exchange(application, form)
        if kind == "refresh_token":
            return self.world.desk.refresh(application, form)
        raise RefusedToken(400, "unsupported_grant_type")


def _refusal(refused: RefusedToken) -> Response:
    body = {"error": refused.error}
    if refused.description:
        body["error_description"] = refused.description
    told = [("Reason", refused.reason)] if refused.reason else []
    return json_response(refused.status, body, [*_NO_STORE, *told])
