"""One measured number beside what we want it to be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


def at_most(name: str, value: float, unit: str, most: float) -> Figure:
    return Figure(name, round(value, 3), unit, f"at most {most:g}", value <= most)


def at_least(name: str, value: float, unit: str, least: float) -> Figure:
    return Figure(name, round(value, 3), unit, f"at least {least:g}", value >= least)


def told(name: str, value: float, unit: str) -> Figure:
    return Figure(name, round(value, 3), unit)


def table(figures: list[Figure]) -> str:
    rows = [("what", "value", "target", "")]
    rows += [
        (each.name, f"{each.value:g} {each.unit}", each.target, {True: "met", False: "NOT MET", None: ""}[each.met])
        for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
