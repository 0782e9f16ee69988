"""Small things that templates draw. Nothing here reads the database."""
