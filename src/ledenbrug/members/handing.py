"""Hands letters to the mail server so that it is known of each that did not arrive there whether it cannot have left.

A connection that breaks off before the text of a letter went over is one thing, after it another: then the server may
have taken it, and who sends it once more sends it twice.
"""

from smtplib import SMTP, SMTP_SSL, SMTPServerDisconnected
from typing import Any

from django.core.mail.backends import smtp


class PerhapsSent(SMTPServerDisconnected):
    """The server had the letter, and did not say what it does with it."""


class _Careful:
    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]
        except SMTPServerDisconnected as trouble:
            raise PerhapsSent(*trouble.args) from trouble
        return answer


class _Plain(_Careful, SMTP): ...


class _OverTls(_Careful, SMTP_SSL): ...


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[SMTP]:
        return _OverTls if self.use_ssl else _Plain
