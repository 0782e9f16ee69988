import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledenbrug.site import keys
from ledenbrug.wire import sealing


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    mine = tmp_path / "keys"
    keys.ensure(mine)
    sealing.configure(mine)
    yield mine
    sealing.configure(keys.folder())


def test_keys_are_made_once_and_for_this_account_only(folder: Path) -> None:
    before = {path.name: path.read_text() for path in folder.iterdir()}
    assert sorted(before) == ["fingerprint.key", "secret.key", "token.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    keys.ensure(folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


def test_sealed_text_opens_again_and_does_not_show_what_it_holds(folder: Path) -> None:
    sealed = sealing.seal("Lidmaatschap € 12")
    assert "Lidmaatschap" not in sealed
    assert sealing.unseal(sealed) == "Lidmaatschap € 12"
    assert sealing.seal("Lidmaatschap € 12") != sealed


def test_after_a_rotation_old_text_still_opens_and_new_text_needs_the_new_key(folder: Path) -> None:
    old = sealing.seal("old")
    first = (folder / "token.key").read_text()
    keys.add_token_key(folder)
    new = sealing.seal("new")
    assert (sealing.unseal(old), sealing.unseal(new)) == ("old", "new")
    (folder / "token.key").write_text(first)
    assert sealing.unseal(old) == "old"
    with pytest.raises(sealing.KeyLost):
        sealing.unseal(new)


def test_after_two_rotations_a_key_is_gone_and_text_that_was_sealed_again_is_not(folder: Path) -> None:
    forgotten, kept = sealing.seal("forgotten"), sealing.seal("kept")
    for _ in range(2):
        keys.add_token_key(folder)
        kept = sealing.reseal(kept)
        keys.drop_old_token_keys(folder)
    assert sealing.unseal(kept) == "kept"
    with pytest.raises(sealing.KeyLost):
        sealing.unseal(forgotten)


def test_a_key_that_another_process_added_is_used_at_once(folder: Path) -> None:
    sealing.seal("the key is read now")
    time.sleep(0.01)
    keys.add_token_key(folder)
    sealed = sealing.seal("sealed by the new one")
    newest, _ = (folder / "token.key").read_text().split()
    (folder / "token.key").write_text(newest)
    assert sealing.unseal(sealed) == "sealed by the new one"


def test_a_lost_or_damaged_key_is_said_as_such(folder: Path) -> None:
    sealed = sealing.seal("gone")
    (folder / "token.key").write_text("no key at all\n")
    with pytest.raises(sealing.KeyLost, match="not a key"):
        sealing.unseal(sealed)
    os.unlink(folder / "token.key")
    with pytest.raises(sealing.KeyLost, match="not there"):
        sealing.unseal(sealed)
    with pytest.raises(sealing.KeyLost, match="not there"):
        sealing.seal("nothing is stored readable instead")


def test_every_installation_has_a_fingerprint_key_of_its_own(folder: Path, tmp_path: Path) -> None:
    first = sealing.fingerprint_key()
    keys.ensure(tmp_path / "other")
    sealing.configure(tmp_path / "other")
    assert len(first) == 32
    assert sealing.fingerprint_key() != first
