"""`core.port.Books` over a dict: the port's rules in their shortest form, to read before writing a package.

Every call counts as the requests that the port allows it.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ledenbrug.bookkeeping.memory.world import Contact, World
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Head, Papers, Remote, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Values

PAGE = 100


class MemoryBooks:
    def __init__(self, world: World) -> None:
        self._world = world

    def everyone(self) -> Collection[ContactId]:
        with self._request("heads"):
            return list(self._world.contacts)

    def heads(self, *, known: Collection[ContactId] = ()) -> Mapping[ContactId, Head]:
        with self._request("heads"):
            return {key: Head(str(each.version), each.archived) for key, each in self._world.contacts.items()}

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        for start in range(0, len(ids), PAGE):
            with self._request("read"):
                page = [self._remote(key) for key in ids[start : start + PAGE] if key in self._world.contacts]
            yield from page

    def find(self, number: str) -> Remote | None:
        with self._request("find"):
            found = (key for key, each in self._world.contacts.items() if each.values[Field.CUSTOMER_NUMBER] == number)
            key = next(found, None)
            return self._remote(key) if key else None

    def create(self, values: Values) -> Remote:
        with self._request("create"):
            self._world.check(values)
            return self._remote(self._world.add(values))

    def update(
        self, contact_id: ContactId, values: Values, *, seen: Remote | None = None, ours: Callable[[Field, str], bool]
    ) -> Remote:
        with self._request("update"):
            if self._here(contact_id).archived:
                raise Rejected(Reason.ARCHIVED)
            self._world.check(values, of=contact_id)
            if seen and seen.several_emails and Field.EMAIL in values:
                values = {**values, Field.EMAIL: _among(seen.emails[""], values[Field.EMAIL], ours)}
            self._world.edit(contact_id, values)
            return self._remote(contact_id)

    def archive(self, contact_id: ContactId) -> None:
        with self._request("archive"):
            self._here(contact_id)
            self._world.archive(contact_id)

    def remove(self, contact_id: ContactId) -> Removal:
        with self._request("remove"):
            if contact_id not in self._world.contacts:
                return Removal.DELETED
            if contact_id not in self._world.papers:
                self._world.delete(contact_id)
                return Removal.DELETED
            if not self._world.keeps_used:
                raise Rejected(Reason.IN_USE)
            self._world.archive(contact_id)
            return Removal.ARCHIVED

    def papers(self, contact_id: ContactId) -> Papers:
        with self._request("papers"):
            return self._world.papers.get(contact_id, Papers())

    def page(self, contact_id: ContactId) -> str:
        return f"memory:{self._world.name}/{contact_id}"

    def _here(self, contact_id: ContactId) -> Contact:
        try:
            return self._world.contacts[contact_id]
        except KeyError:
            raise Rejected(Reason.GONE) from None

    def _remote(self, contact_id: ContactId) -> Remote:
        contact = self._world.contacts[contact_id]
        emails = tuple(each.strip() for each in contact.values[Field.EMAIL].split(",") if each.strip())
        several = len(emails) > 1
        return Remote(
            contact_id,
            str(contact.version),
            {**contact.values, Field.EMAIL: emails[0] if emails else ""},
            archived=contact.archived,
            several_emails=several,
            emails={"": emails} if several else {},
        )

    @contextmanager
    def _request(self, operation: str) -> Iterator[None]:
        """Counts, and lets go wrong what somebody asked for."""
        world = self._world
        with world.lock:
            world.requests[operation] += 1
            fault = next((each for each in world.faults if each.on in ("*", operation)), None)
            if fault and fault.skip:
                fault.skip, fault = fault.skip - 1, None
            elif fault:
                fault.times -= 1
                if not fault.times:
                    world.faults.remove(fault)
        if fault:
            time.sleep(fault.seconds)
            if fault.error and not fault.carried_out:
                raise fault.error
        with world.lock:
            yield
        if fault and fault.error:
            raise fault.error


def _among(emails: Sequence[str], email: str, ours: Callable[[Field, str], bool]) -> str:
    """Ours replaced, the others left as they are."""
    others = [each for each in emails if not ours(Field.EMAIL, each)]
    return ", ".join([email, *others] if email else others)
