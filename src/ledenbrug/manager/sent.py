"""What a browser sends back of a page of ours, beside what a form checks: read, not believed."""

DIGITS = 18
"""More than any number of ours has, and it fits the database."""


def number(written: str) -> int | None:
    """None for what is no number, which somebody made up."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= DIGITS else None


def numbers(written: list[str]) -> list[int]:
    return [found for each in written if (found := number(each)) is not None]
