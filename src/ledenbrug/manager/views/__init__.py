"""One file per part of the Manager: what a page shows and which operation a button calls. No rules."""
