"""Writes rows as a minimal XLSX workbook: one sheet, every cell text. It knows nothing of members."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    ),
}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def as_xlsx(rows: Iterable[Sequence[str]], *, sheet: str = "1") -> bytes:
    """`sheet` is what its tab says: at most 31 characters, none of `[]:*?/\\`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as parts:
        for name, content in _PARTS.items():
            parts.writestr(name, _HEAD + content)
        parts.writestr("xl/workbook.xml", f"{_HEAD}{_book(sheet)}")
        with parts.open("xl/worksheets/sheet1.xml", "w") as written:
            written.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for row in rows:
                cells = "".join(
                    f'<c t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>' for cell in row
                )
                written.write(f"<row>{cells}</row>".encode())
            written.write(b"</sheetData></worksheet>")
    return made.getvalue()


def _book(sheet: str) -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><sheets>'
        f'<sheet name={quoteattr(sheet)} sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def _text(cell: str) -> str:
    """The format reads `_x000D_` as a character: an underscore that would start one is written as such itself."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", _NOT_XML.sub("", cell))).replace("\r", "_x000D_")
