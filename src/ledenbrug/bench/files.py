"""Import of a large file: reading, checking every row and making the preview; and then writing it.

The file is invented, and made before the clock runs.
"""

import tempfile
from pathlib import Path

from ledenbrug.bench.alone import alone
from ledenbrug.bench.far_side import Ground, an_association
from ledenbrug.bench.figure import Figure, at_most, told

HEADER = "Lidnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Straat;Huisnummer;Postcode;Woonplaats;E-mail;IBAN;"
LAST_TITLES = "Lidstatus;Lid sinds"


def measure(ground: Ground) -> list[Figure]:
    rows = ground.some(100_000)
    association, _ = an_association(0)
    with tempfile.TemporaryDirectory(prefix="ledenbrug-bench-file-") as folder:
        path = Path(folder) / "leden.csv"
        path.write_text("\r\n".join([HEADER + LAST_TITLES, *map(_row, range(1, rows + 1))]), encoding="cp1252")
        found = alone("import_file", f"{association.slug}:{path}")
    if found["new"] != rows:
        raise RuntimeError(f"only {found['new']:g} of {rows} rows were taken")
    return [
        at_most(f"import of {rows} members from CSV, checked and previewed", found["seconds"], "s", 30),
        told("… of which this process worked", found["previewed"], "s"),
        at_most("… most memory of that process", found["preview_most"], "MB", 300),
        told("… writing them after the yes", found["applied"], "s"),
        told("… most memory of that process then", found["most"], "MB"),
    ]


def _row(n: int) -> str:
    street, day = f"Brugweg;{n % 300}", f"{n % 28 + 1}-{n % 12 + 1}-{1950 + n % 60}"
    return (
        f"{n};Zoë;van;Voorbeeld{n};{day};{street};{1000 + n % 9000}AB;Brugge;lid{n}@leden.example;"
        "NL91ABNA0417164300;Lid;1-9-2019"
    )
