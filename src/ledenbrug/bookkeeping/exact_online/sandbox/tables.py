"""The rows of one entity in one division: in the order of their GUIDs, and in the order of their last change.

It keeps order and nothing else; what a row may hold is decided in `division`.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from ledenbrug.bookkeeping.exact_online.sandbox.guids import order
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row, Shape

STAMP = "Timestamp"


class Table:
    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.rows: dict[str, Row] = {}
        self._order: list[tuple[bytes, str]] = []
        self._stamps: list[tuple[int, str]] = []  # old ones stay until there are too many

    def add(self, row: Row, stamp: int) -> None:
        key = row[self.shape.key]
        self.rows[key] = row
        insort(self._order, (order(key), key))
        self.touch(row, stamp)

    def touch(self, row: Row, stamp: int) -> None:
        row[STAMP] = stamp
        self._stamps.append((stamp, row[self.shape.key]))
        if len(self._stamps) > 2 * len(self.rows) + 1000:
            self._stamps = [(at, key) for at, key in self._stamps if self._is_latest(at, key)]

    def remove(self, key: str) -> Row:
        row = self.rows.pop(key)
        del self._order[bisect_left(self._order, (order(key), key))]
        return row

    def after(self, key: str | None) -> Iterator[Row]:
        start = bisect_right(self._order, (order(key), key)) if key else 0
        for at in range(start, len(self._order)):
            yield self.rows[self._order[at][1]]

    def since(self, stamp: int) -> Iterator[Row]:
        for at in range(bisect_right(self._stamps, (stamp, "~")), len(self._stamps)):
            changed, key = self._stamps[at]
            if self._is_latest(changed, key):
                yield self.rows[key]

    def restamp(self, first: int) -> int:
        """Row versions begin again, as after a move; gives the next free one."""
        self._stamps = []
        for _, key in self._order:
            self.rows[key][STAMP] = first
            self._stamps.append((first, key))
            first += 1
        return first

    def _is_latest(self, stamp: int, key: str) -> bool:
        row = self.rows.get(key)
        return row is not None and row[STAMP] == stamp
