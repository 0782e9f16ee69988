"""A Moneybird of our own: the documented service over real HTTP, in memory, for tests, the demo and newcomers.

It stands alone: no line is shared with the client it stands in for, and every doubt about the service is a switch.
"""

from ledenbrug.bookkeeping.moneybird.sandbox.command import main
from ledenbrug.bookkeeping.moneybird.sandbox.running import Sandbox, start
from ledenbrug.bookkeeping.moneybird.sandbox.switches import Switches

__all__ = ["Sandbox", "Switches", "main", "start"]
