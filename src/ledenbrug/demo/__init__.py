"""The story that `ledenbrug demo` tells: an invented association, ready to walk through.

It must not hold anything that an installation needs: nobody imports it, and without it all else works.
"""
