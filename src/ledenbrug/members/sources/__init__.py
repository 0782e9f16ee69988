"""Where members come from besides the screens: one folder per source.

A source proposes; nothing is written without a person's yes.
"""
