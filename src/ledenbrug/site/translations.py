"""Makes translations readable for Django: every .po that is newer than its .mo, without a gettext on the machine.

It must not change a .po.
"""

from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent


def compile_newer(source: Path = SOURCE) -> list[Path]:
    """Says which were made. Where we may not write (an installed package) they came along."""
    made = []
    for po in sorted(source.rglob("locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        try:
            _compile(po, mo)
        except PermissionError:
            continue
        made.append(mo)
    return made


def _compile(po: Path, mo: Path) -> None:
    from babel.messages.mofile import write_mo  # only when there is something to do: it takes a while to load
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalog = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
    draft = mo.with_suffix(".mo.new")
    with draft.open("wb") as target:
        write_mo(target, catalog)
    draft.replace(mo)
