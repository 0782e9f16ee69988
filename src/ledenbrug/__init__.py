"""Ledenbrug keeps the books in step with the members."""
