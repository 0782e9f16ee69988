"""Finds columns that hold citizen service numbers, whatever they are called, before anything is kept of the file."""

from collections.abc import Sequence

from ledenbrug.members.citizen_number import are_citizen_numbers
from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused
from ledenbrug.members.sources.spreadsheet.reading import Column

MOST_LOOKED_AT = 1000
SHORTEST, LONGEST = 8, 13  # with points or spaces between


class Suspects:
    """Is shown every row once, then asked."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = [(each.place, each, set[str]()) for each in columns]

    def see(self, cells: Sequence[str]) -> None:
        width = len(cells)
        for place, _, numbers in self._columns:
            if place < width:
                cell = cells[place]
                if SHORTEST <= len(cell) <= LONGEST and cell[-1:].isdecimal() and len(numbers) < MOST_LOOKED_AT:
                    numbers.add(cell)

    def refuse(self) -> None:
        for _, column, numbers in self._columns:
            if are_citizen_numbers(numbers):
                raise FileRefused(FileReason.CITIZEN_NUMBER, column=column.name)
