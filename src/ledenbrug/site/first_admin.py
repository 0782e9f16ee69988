def link() -> str | None:
    return None
