"""An Exact Online of our own: the service as others met it, over real HTTP, in memory, for tests, the demo, newcomers.

It stands alone: no line is shared with the client it stands in for, and every doubt about the service is a switch.
"""

from ledenbrug.bookkeeping.exact_online.sandbox.command import main
from ledenbrug.bookkeeping.exact_online.sandbox.running import Sandbox, start
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches

__all__ = ["Sandbox", "Switches", "main", "start"]
