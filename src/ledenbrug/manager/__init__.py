"""The screens: views, forms, templates and the words on them.

No rule of membership or of the link is decided here, and nothing here speaks to a bookkeeping package or names one.
"""
