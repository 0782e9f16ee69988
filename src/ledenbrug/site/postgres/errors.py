"""The one way a database of our own says it cannot run.

Its text is read by a person at a terminal: what is wrong, and what to do.
"""


class CannotStart(Exception):
    """No database. Nothing was damaged; the message says what to do."""
