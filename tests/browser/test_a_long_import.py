"""A list that takes longer than a person should wait, followed on the screen from the file to the undo."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROWS = 20_000


def the_list() -> bytes:
    rows = (f"{100_000 + n};Roos;van;Langelijst{n};Brugweg {n};1234 AB;Bruggerveen;Lid" for n in range(ROWS))
    return "\r\n".join(
        ["Lidnummer;Voornaam;Tussenvoegsel;Achternaam;Adres;Postcode;Woonplaats;Lidstatus", *rows]
    ).encode()


@contextmanager
def followed(walk: Walk, name: str, *, writes: str) -> Iterator[None]:
    """The page that tells how far it is, while the worker is halfway: what it `writes` is held for that long."""
    with walk.house.unwritten(writes):
        yield
        page = walk.secretary
        expect(page.locator("#task progress")).to_be_visible()
        expect(page.locator("#task")).to_contain_text("20.000")
        walk.picture(name, page=page)


@pytest.mark.parametrize("walk", ["nl"], indirect=True)
def test_a_long_list_is_followed_from_file_to_undo_and_found_back(walk: Walk) -> None:
    page = walk.secretary
    walk.go("members/import/", page=page)
    file = {"name": "lange-lijst.csv", "mimeType": "text/csv", "buffer": the_list()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    with followed(walk, "reading", writes="members_importpart"):
        walk.button("See what would happen", within=page).click()
    under_way = page.url
    walk.go("members/import/", page=page)
    walk.picture("found-back", page=page)
    page.goto(under_way)
    write = page.get_by_role("button", name=walk.count("Write %(counter)s member", "Write %(counter)s members", ROWS))
    expect(write).to_be_visible()
    walk.picture("preview", page=page)
    with followed(walk, "writing", writes="members_member"):
        write.click()
    expect(walk.button("Undo", within=page)).to_be_visible(timeout=120_000)
    walk.picture("written", page=page)
    with followed(walk, "undoing", writes="members_member"):
        walk.button("Undo", within=page).click()
    expect(page.get_by_role("heading", name=walk.say("Bulk changes"))).to_be_visible(timeout=120_000)
    expect(page.get_by_role("status").first).to_contain_text(str(ROWS))
    walk.picture("undone", page=page)
