"""What a person asked for and cannot have as it is: a reason code with parameters, for a screen to put into words."""

from collections.abc import Mapping


class Refused(Exception):
    """Nothing was changed. `reason` is one of `core.reasons` or of the codes below."""

    def __init__(self, reason: str, /, **params: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params: Mapping[str, str] = params


STATE_WRONG = "state_wrong"
EXPIRED = "expired"
WRONG_USER = "wrong_user"
NO_ADMINISTRATION = "no_administration"
OTHER_ADMINISTRATION = "other_administration"
TAKEN_OWN = "taken_own"
TAKEN_OTHER = "taken_other"
ENABLED_ALREADY = "enabled_already"
NO_STATUS = "no_status"
NOT_USABLE = "not_usable"
NOT_CONFIGURED = "not_configured"
LOGIN_NEEDED = "login_needed"
UNDOING = "undoing"
TOO_OLD = "too_old"
NOT_PROPOSABLE = "not_proposable"
"""It has no place in the membership record."""
SOMEBODY_ELSE = "somebody_else"
"""Who changed a bank account does not approve it; params: who."""
NOT_NOW = "not_now"
"""Something else happened to it in the meantime."""

ALL = frozenset(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str))
