"""The link: connections, what we know of contacts, what was done, and the engine that keeps them equal.

Decisions stand in `core`; this app keeps the tables and does what was decided. It draws no screens.
"""
