"""Explains wrong settings before anything starts: what is wrong, and what to write instead.

It must not repeat a value: it may be a secret.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from ledenbrug.site import environment

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@register(Tags.compatibility)
def environment_is_understood(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(mistake.why, hint=mistake.hint, id="ledenbrug.E001")
        for _, mistake in sorted(environment.mistakes.items())
    ]


@register(Tags.security)
def public_address_is_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    address = urlsplit(settings.LEDENBRUG_URL)
    if address.scheme not in ("http", "https") or not address.hostname or address.path:
        return [
            Error(
                "LEDENBRUG_URL is not the address of a site.",
                hint="Write https://ledenbrug.example, without a path.",
                id="ledenbrug.E002",
            )
        ]
    if settings.LEDENBRUG_HOST not in LOOPBACK and not environment.optional("URL"):
        return [
            Warning(
                "The network can reach this machine's Ledenbrug, but it answers only to its own name, 127.0.0.1.",
                hint="Set LEDENBRUG_URL to the address people use.",
                id="ledenbrug.W003",
            )
        ]
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        return [
            Warning(
                "LEDENBRUG_URL is not encrypted: passwords and member data cross the network readable.",
                hint="Put a proxy with a certificate in front and write https://…",
                id="ledenbrug.W001",
            )
        ]
    if address.scheme == "https" and not settings.LEDENBRUG_PROXIES:
        return [
            Warning(
                "LEDENBRUG_URL is https but no proxy is trusted: every visitor seems to come from the proxy.",
                hint="Set LEDENBRUG_PROXIES to the number of proxies in front, usually 1.",
                id="ledenbrug.W002",
            )
        ]
    return []


@register(Tags.security)
def address_for_packages_is_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    address = urlsplit(settings.LEDENBRUG_PUBLIC_URL)
    safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)
    if not settings.LEDENBRUG_PUBLIC_URL or (safe and address.hostname and not address.path):
        return []
    return [
        Error(
            "LEDENBRUG_PUBLIC_URL is not the encrypted address of a site.",
            hint="Write https://ledenbrug.example, without a path, or leave it out.",
            id="ledenbrug.E005",
        )
    ]


@register(Tags.compatibility)
def mail_server_is_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    given = environment.optional("SMTP_URL")
    if given is None or (urlsplit(given).scheme in ("smtp", "smtps") and urlsplit(given).hostname):
        return []
    return [
        Error(
            "LEDENBRUG_SMTP_URL is not the address of a mail server.",
            hint="Write smtp://user:password@host:587, or smtps:// for TLS from the first byte.",
            id="ledenbrug.E004",
        )
    ]


@register(Tags.compatibility)
def modules_exist(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    from ledenbrug.site.packages import names

    known = names()
    return [
        Error(
            f"LEDENBRUG_MODULES names {module!r}, which is not a bookkeeping package here.",
            hint=f"Choose from: {', '.join(known)}.",
            id="ledenbrug.E003",
        )
        for module in settings.LEDENBRUG_MODULES
        if module not in known
    ]
