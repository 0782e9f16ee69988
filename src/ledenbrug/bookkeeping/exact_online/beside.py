"""What hangs on accounts, as far as it goes over: contact person, bank accounts, mandates.

Each is a list of its own there; it only brings them together, in the order in which they can be made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledenbrug.bookkeeping.exact_online import collecting, persons
from ledenbrug.bookkeeping.exact_online.asking import Division, Row
from ledenbrug.bookkeeping.exact_online.collecting import Collected
from ledenbrug.bookkeeping.exact_online.translate import text, version_of
from ledenbrug.core.records import GROUP_OF, Group, Values

GROUPS = frozenset({Group.PERSON, Group.SEPA})


@dataclass(frozen=True, slots=True)
class Beside:
    groups: frozenset[Group] = frozenset()
    """What was looked at; of the others nothing is known."""
    persons: Sequence[Row] = ()
    collected: Collected = field(default_factory=Collected)

    @property
    def version(self) -> str:
        return version_of([*self.persons, *self.collected.banks, *self.collected.mandates])

    def values(self, *, today: date) -> Values:
        return {
            **(persons.values(self.persons, today=today) if Group.PERSON in self.groups else {}),
            **(self.collected.values(today=today) if Group.SEPA in self.groups else {}),
        }


def concerned(values: Values) -> frozenset[Group]:
    return GROUPS.intersection(GROUP_OF[each] for each in values)


def of_everyone(division: Division, groups: frozenset[Group]) -> Mapping[str, Beside]:
    people = persons.of_everyone(division) if Group.PERSON in groups else {}
    collected = collecting.of_everyone(division) if Group.SEPA in groups else {}
    return _together(groups, people, collected)


def of_some(division: Division, accounts: Sequence[Row], groups: frozenset[Group]) -> Mapping[str, Beside]:
    people = persons.of_some(division, [text(each, "ID") for each in accounts]) if Group.PERSON in groups else {}
    collected = collecting.of_some(division, accounts) if Group.SEPA in groups else {}
    return _together(groups, people, collected)


def bring(division: Division, account: str, values: Values, *, there: Beside, today: date) -> Beside:
    """Every write looks at what stands there first: a second try goes on where the first one ended."""
    groups = concerned(values)
    if Group.PERSON in groups:
        people = persons.bring(division, account, values, there=there.persons, today=today)
        there = replace(there, persons=people)
    if Group.SEPA in groups:
        collected = collecting.bring(division, account, values, there=there.collected, today=today)
        there = replace(there, collected=collected)
    return there


def _together(
    groups: frozenset[Group], people: Mapping[str, Sequence[Row]], collected: Mapping[str, Collected]
) -> Mapping[str, Beside]:
    accounts = people.keys() | collected.keys()
    return {each: Beside(groups, people.get(each, ()), collected.get(each, Collected())) for each in accounts}
