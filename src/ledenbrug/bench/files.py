"""Import of a large file, CSV and workbook, as a worker does it: read, checked and previewed; written; undone.

The files are invented, and made before the clock runs.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from ledenbrug.bench.alone import alone
from ledenbrug.bench.far_side import Ground, an_association
from ledenbrug.bench.figure import Figure, at_most, told
from ledenbrug.members.models import FinancialAdministration
from ledenbrug.members.sources.spreadsheet import as_xlsx

HEADER = (
    "Lidnummer", "Roepnaam", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Straat", "Huisnummer", "Postcode",
    "Woonplaats", "E-mail", "IBAN", "Lidstatus", "Lid sinds", "Machtigingskenmerk", "Datum machtiging",
)  # fmt: skip


def measure(ground: Ground) -> list[Figure]:
    rows = ground.some(100_000)
    return [*_measured("CSV", rows), *_measured("XLSX", rows)]


def _measured(kind: str, rows: int) -> list[Figure]:
    association, _ = an_association(0)
    FinancialAdministration.objects.create(association=association, name="Vereniging")
    with tempfile.TemporaryDirectory(prefix="ledenbrug-bench-file-") as folder:
        path = Path(folder) / f"leden.{kind.lower()}"
        path.write_bytes(_as_csv(rows) if kind == "CSV" else as_xlsx([HEADER, *map(_row, range(1, rows + 1))]))
        found = alone("import_file", f"{association.slug}:{path}")
    if found["new"] != rows:
        raise RuntimeError(f"only {found['new']:g} of {rows} rows were taken")
    worked = sum(found[f"{at}_{who}"] for at in ("read", "written") for who in ("here", "there"))
    return [
        at_most(f"import of {rows} members and mandates from {kind}, previewed", found["read_seconds"], "s", 30),
        at_most("… most memory of that process", found["read_most"], "MB", 300),
        at_most("… previewed and written: so long it and the database worked", worked, "s", 30),
        *_told("read", "previewed", found),
        *_told("written", "written after the yes", found),
        *_told("undone", "undone", found),
        at_most("… most memory of that process until the end", found["undone_most"], "MB", 300),
    ]


def _told(at: str, what: str, found: Mapping[str, float]) -> list[Figure]:
    return [
        told(f"… {what}: in all", found[f"{at}_seconds"], "s"),
        told("… … of which this process worked", found[f"{at}_here"], "s"),
        told("… … and the database", found[f"{at}_there"], "s"),
    ]


def _as_csv(rows: int) -> bytes:
    return "\r\n".join(map(";".join, [HEADER, *map(_row, range(1, rows + 1))])).encode("cp1252")


def _row(n: int) -> tuple[str, ...]:
    day = f"{n % 28 + 1}-{n % 12 + 1}-{1950 + n % 60}"
    return (
        str(n), "Zoë", "van", f"Voorbeeld{n}", day, "Brugweg", str(n % 300), f"{1000 + n % 9000}AB", "Brugge",
        f"lid{n}@leden.example", "NL91ABNA0417164300", "Lid", "1-9-2019", f"M-{n}", "1-9-2019",
    )  # fmt: skip
