"""The membership record: who is a member, since when, in which status, and who pays.

Every write goes through `operations`; this app never imports the link (`sync`) and knows no bookkeeping package.
"""
