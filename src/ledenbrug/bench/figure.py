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
    """Of the same shape for every measure, so that each may be shown as soon as it is there."""
    return "\n".join(_row(each) for each in figures)


def _row(figure: Figure) -> str:
    verdict = {True: "met", False: "NOT MET", None: ""}[figure.met]
    return f"{figure.name:<78} {figure.value:>9g} {figure.unit:<10} {figure.target:<14} {verdict}".rstrip()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
