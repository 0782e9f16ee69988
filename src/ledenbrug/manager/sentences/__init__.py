"""Turns the codes that the link, the packages and the records give into sentences for a person.

Every code stands in a table of this folder with its sentence, as data; a code nobody foresaw still gives a sentence,
with the code in it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from ledenbrug.manager import words
from ledenbrug.manager.sentences import connecting, connections, files, payers, records, tasks, undoing
from ledenbrug.members.refusals import Fault

SENTENCES: Mapping[str, Promise] = {
    **undoing.SENTENCES,
    **payers.SENTENCES,
    **connections.SENTENCES,
    **connecting.SENTENCES,
}
"""Of every code of the link."""


class _Known(dict[str, Any]):
    """Parameters that nobody gave read as an ellipsis: a sentence with a gap is better than none."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, /, **params: Any) -> str:
    """The sentence of any code. `package` should always be among the parameters."""
    if "open" in params and f"{code}_papers" in SENTENCES:  # what still hangs on the contact is known
        code = f"{code}_papers"
    if params.get("papers_unknown") and f"{code}_unknown" in SENTENCES:
        code = f"{code}_unknown"
    if params.get("archived") and f"{code}_archived" in SENTENCES:
        code = f"{code}_archived"
    if f"{code}_{params.get('group')}" in SENTENCES:  # what is wrong with this one is known
        code = f"{code}_{params['group']}"
    return _fill(SENTENCES.get(code), code, params)


def of_kept(code: str, **params: Any) -> str:
    """Why an undo leaves something as it is."""
    return _fill(undoing.SENTENCES.get(code), code, params)


def of_record(fault: Fault) -> str:
    """What is wrong with something that was typed or stood in a file."""
    return _fill(records.SENTENCES.get(fault.reason), fault.reason, fault.params)


def of_file(code: str, params: Mapping[str, Any]) -> str:
    """Why a file as a whole cannot be taken."""
    known = dict(params)
    if "field" in known:
        known["field"] = words.field(known["field"] if known["field"] != "number" else "member_number")
    return _fill(files.SENTENCES.get(code), code, known)


def of_task(code: str, params: Mapping[str, Any]) -> str:
    """Why what a worker was asked to do came to nothing."""
    if code in tasks.SENTENCES:
        return _fill(tasks.SENTENCES[code], code, params)
    return of_file(code, params) if code in files.SENTENCES else _fill(records.SENTENCES.get(code), code, params)


def _fill(text: Promise | None, code: str, params: Mapping[str, Any]) -> str:
    known = _Known(params)
    if "group" in known:
        known["group"] = words.group(str(known["group"])).lower()
    if text is not None:
        return str(text) % known
    own = f"{params.get('package_name', '')}: {code}"  # a package's own code, with a text in its own locale
    translated = gettext(own)
    if translated != own:
        return translated % known
    return gettext("Something needs a look (%(code)s).") % {"code": code}
