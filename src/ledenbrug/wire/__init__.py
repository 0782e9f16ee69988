"""How we speak HTTP to a bookkeeping package: one request function, the consent flow, the pace, the sealing of secrets.

Plain Python: no Django, and no package by name; what differs between packages comes in as data.
"""
