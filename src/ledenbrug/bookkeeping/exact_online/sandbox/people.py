"""The users of the service: which divisions they reach, what they may not read, where they are now.

Plain records; nothing here decides what a refusal looks like.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class User:
    id: str
    name: str
    email: str
    language: str = "nl"
    divisions: list[int] = field(default_factory=list)
    current: int = 0
    unread: set[str] = field(default_factory=set)  # paths whose lists are empty for want of rights
    blocked: str = ""  # BlockedUser, InactiveUser, …

    def may_read(self, path: str) -> bool:
        return path.lower() not in self.unread
