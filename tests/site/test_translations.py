import gettext
import os
from pathlib import Path

from ledenbrug.site import translations

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Member"
msgstr "Lid"

#, fuzzy
msgid "Payer"
msgstr "Betaler?"

msgid "%(n)s member"
msgid_plural "%(n)s members"
msgstr[0] "%(n)s lid"
msgstr[1] "%(n)s leden"
"""


def test_a_translation_is_compiled_when_it_changed_and_only_then(tmp_path: Path) -> None:
    folder = tmp_path / "members" / "locale" / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    assert translations.compile_newer(tmp_path) == [folder / "django.mo"]
    with (folder / "django.mo").open("rb") as file:
        dutch = gettext.GNUTranslations(file)
    assert (dutch.gettext("Member"), dutch.ngettext("%(n)s member", "%(n)s members", 2)) == ("Lid", "%(n)s leden")
    assert dutch.gettext("Payer") == "Payer"
    assert translations.compile_newer(tmp_path) == []
    later = (folder / "django.mo").stat().st_mtime + 1
    os.utime(folder / "django.po", (later, later))
    assert translations.compile_newer(tmp_path) == [folder / "django.mo"]
