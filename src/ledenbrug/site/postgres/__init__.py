"""Runs a PostgreSQL of our own where the operator gives none.

Nothing here may import Django or the application: the database has to stand before either starts.
"""
