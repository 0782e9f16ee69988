"""Which bookkeeping packages an association may connect to. It names none: the folders in `bookkeeping/` do."""

from dataclasses import replace

from django.conf import settings

from ledenbrug import bookkeeping
from ledenbrug.core.hooks import Hooks
from ledenbrug.core.line import Limit, OAuth
from ledenbrug.core.port import Package
from ledenbrug.members.models import Association


def get(name: str) -> Package:
    """Raises `KeyError` for a name that is no package."""
    try:
        return bookkeeping.load(name)
    except bookkeeping.UnknownPackage:
        raise KeyError(name) from None


def offered() -> list[Package]:
    """Those that screens may show."""
    return [package for package in map(bookkeeping.load, bookkeeping.names()) if not package.hidden]


def module_on(association: Association, package: str) -> bool:
    """The operator switches modules for the installation, and per association; on by default."""
    allowed = settings.LEDENBRUG_MODULES
    return (not allowed or package in allowed or get(package).hidden) and package not in association.modules_off


def setting(package: str, key: str) -> str:
    """`LEDENBRUG_<PACKAGE>_<KEY>` from the environment, empty when not set."""
    return str(settings.LEDENBRUG_PACKAGE_SETTING(package, key) or "")


def url(package: str, host: str = "") -> str:
    """`host` is the code of one of several sites; the operator's address goes before all of them."""
    found = get(package)
    site = next((each.url for each in found.hosts if each.code == host), found.url)
    return (setting(package, "URL") or site).rstrip("/")


def hooks(package: str) -> Hooks | None:
    """How the package is asked to tell of changes, where it can."""
    found = get(package).hooks
    return found() if found else None


def hooks_here(package: str) -> Hooks | None:
    """The same, where there is an address at which it can reach us."""
    return hooks(package) if settings.LEDENBRUG_PUBLIC_URL else None


def oauth(package: str) -> OAuth | None:
    """What is asked of the owner, and no more."""
    found, more = get(package).oauth, hooks_here(package)
    return replace(found, scopes=(*found.scopes, *more.scopes)) if found and more else found


def limits(package: str) -> tuple[Limit, ...]:
    """The package's own, unless the operator says otherwise: `LEDENBRUG_<PACKAGE>_LIMIT` is `none` or `N/SECONDS`.

    For a sandbox, or where the package allows an installation more.
    """
    own, said = get(package).limits, setting(package, "LIMIT")
    if not said:
        return own
    if said == "none":
        return ()
    requests, _, seconds = said.partition("/")
    return tuple(replace(each, requests=int(requests), seconds=int(seconds)) for each in own[:1])
