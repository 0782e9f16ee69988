"""What the sandboxes of the bookkeeping packages share: a quick HTTP server, routing, OAuth, limits, faults, pages.

Plain Python on the standard library. It knows no package, and shares no line with the clients that sandboxes stand
in for.
"""
