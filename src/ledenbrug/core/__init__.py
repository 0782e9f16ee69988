"""What the link decides, as pure functions over frozen data.

No I/O, no clock, no Django in here: everything comes in as an argument and a decision goes out.
"""
