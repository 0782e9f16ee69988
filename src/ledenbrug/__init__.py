"""Ledenbrug keeps the books in step with the members."""

__version__ = "0.1.0"
