"""Everything people see is there in Dutch and in English; English stands in the code."""

from pathlib import Path

import allauth
import pytest
from babel.messages.catalog import Catalog, Message
from django.contrib import auth
from django.utils import translation

from ledenbrug import bookkeeping
from ledenbrug.core.port import Package
from tests.promises.wording import placeholders, there, wanted

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ledenbrug"
OF_LIBRARIES = SOURCE / "locale"
"""What libraries say on the pages around logging in, in our words."""
LIBRARIES = (
    *(Path(allauth.__file__).parent / part for part in ("account", "mfa", "templates")),
    Path(auth.__file__).parent,
)


def folders() -> list[Path]:
    """Every application and every bookkeeping package: whatever may have a `locale` of its own."""
    applications = [path.parent for path in SOURCE.glob("*/__init__.py") if path.parent.name != "bookkeeping"]
    packages = [path.parent for path in SOURCE.glob("bookkeeping/*/__init__.py")]
    return sorted([*applications, *packages])


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(SOURCE)))
def test_every_text_is_there_in_dutch(folder: Path) -> None:
    texts = wanted(folder)
    if not len(texts):
        return
    dutch = there(folder / "locale" / "nl" / "LC_MESSAGES" / "django.po")
    assert [(each.id, each.locations[0]) for each in texts if each.id and not said(dutch, each)] == []


def said(dutch: Catalog, text: Message) -> bool:
    found = dutch.get(text.id, text.context)
    if found is None or found.fuzzy:
        return False
    return all([found.string] if isinstance(found.string, str) else found.string)


@pytest.mark.parametrize("po", sorted(SOURCE.rglob("*.po")), ids=lambda po: str(po.relative_to(SOURCE)))
def test_a_translation_keeps_every_placeholder(po: Path) -> None:
    catalog = there(po)
    assert not catalog.obsolete
    for message in catalog:
        if message.id:
            ours = {message.id} if isinstance(message.id, str) else set(message.id)
            theirs = {message.string} if isinstance(message.string, str) else set(message.string)
            asked = set.union(*map(placeholders, ours))
            assert all(placeholders(text) <= asked for text in theirs), message.id
            assert set.union(*map(placeholders, theirs)) == asked, message.id


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_we_say_in_other_words_than_a_library_is_still_said_by_one(language: str) -> None:
    theirs = {of_one_line(each.id) for folder in LIBRARIES for each in wanted(folder) if each.id}
    ours = [of_one_line(each.id) for each in there(OF_LIBRARIES / language / "LC_MESSAGES" / "django.po") if each.id]
    assert len(ours) > 10
    assert [each for each in ours if each not in theirs] == []


def of_one_line(text: str | tuple[str, ...]) -> str:
    return " ".join((text if isinstance(text, str) else text[0]).split())


@pytest.mark.parametrize(
    "po",
    sorted({*SOURCE.rglob("*.po")} - {*OF_LIBRARIES.rglob("*.po")}),
    ids=lambda po: str(po.relative_to(SOURCE)),
)
def test_no_translation_is_left_behind(po: Path) -> None:
    texts, told = wanted(po.parents[3]), told_as_data(po.parents[3].name)
    assert [
        each.id for each in there(po) if each.id and not {each.id} & told and not texts.get(each.id, each.context)
    ] == []


@pytest.mark.parametrize("package", bookkeeping.visible(), ids=lambda package: package.name)
def test_what_a_package_says_as_data_is_there_in_dutch(package: Package) -> None:
    with translation.override("nl"):
        assert [text for text in told_as_data(package.name) if translation.gettext(text) == text] == []


def told_as_data(name: str) -> set[str]:
    """What stands with the settings that only this package has, and how a key is registered there."""
    if name not in bookkeeping.names():
        return set()
    package = bookkeeping.load(name)
    texts = {
        text for each in package.settings for text in (each.label, each.help, *(label for _, label in each.options))
    }
    texts |= {package.prefix_label, package.prefix_help}
    return (texts | set(package.oauth.key_steps if package.oauth else ())) - {""}
