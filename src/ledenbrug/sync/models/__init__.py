"""The tables of the link, one subject a file."""

from ledenbrug.sync.models.budget import Notified, Spent
from ledenbrug.sync.models.connection import Connection, ConnectionStatus, Grant, GrantState, Instance
from ledenbrug.sync.models.hook import Hint, Hook
from ledenbrug.sync.models.journal import Cause, Journal, Outcome, Run
from ledenbrug.sync.models.link import Approval, Drift, Link, Problem, Reading, StoredPreview, Touched

__all__ = [
    "Approval",
    "Cause",
    "Connection",
    "ConnectionStatus",
    "Drift",
    "Grant",
    "GrantState",
    "Hint",
    "Hook",
    "Instance",
    "Journal",
    "Link",
    "Notified",
    "Outcome",
    "Problem",
    "Reading",
    "Run",
    "Spent",
    "StoredPreview",
    "Touched",
]
