"""Which bookkeeping packages an association may connect to. It names none: the folders in `bookkeeping/` do."""

from django.conf import settings

from ledenbrug import bookkeeping
from ledenbrug.core.port import Package
from ledenbrug.members.models import Association


def get(name: str) -> Package:
    """Raises `KeyError` for a name that is no package."""
    if name not in bookkeeping.names():
        raise KeyError(name)
    return bookkeeping.load(name)


def offered() -> list[Package]:
    """Those that screens may show."""
    return [package for package in map(bookkeeping.load, bookkeeping.names()) if not package.hidden]


def module_on(association: Association, package: str) -> bool:
    """The operator switches modules for the installation, and per association; on by default."""
    allowed: list[str] = settings.LEDENBRUG_MODULES
    return (not allowed or package in allowed or get(package).hidden) and package not in association.modules_off


def setting(package: str, key: str) -> str:
    """`LEDENBRUG_<PACKAGE>_<KEY>` from the environment, empty when not set."""
    return str(settings.LEDENBRUG_PACKAGE_SETTING(package, key) or "")


def url(package: str) -> str:
    return (setting(package, "URL") or get(package).url).rstrip("/")
