"""Member numbers: the next free one in the association's format. The database refuses a number given before."""

from collections.abc import Iterator
from itertools import islice

from ledenbrug.members.models import Association, IssuedNumber
from ledenbrug.members.refusals import Reason, Refused

AT_ONCE = 1000


def next_number(association: Association) -> str:
    """The one to offer now; it is not kept for anybody."""
    return next(_free(association))[1]


def take_number(association: Association) -> str:
    """Within the transaction that adds the member, which holds the association's row."""
    return take_numbers(association, 1)[0]


def take_numbers(association: Association, count: int) -> list[str]:
    taken = list(islice(_free(association), count))
    if taken:
        association.next_number = taken[-1][0] + 1
        Association.objects.filter(pk=association.pk).update(next_number=association.next_number)
    return [number for _, number in taken]


def written(association: Association, counted: int) -> str:
    """`{number}` is the counter, `{number:05}` with zeros in front; the spaces of `{number:5}` are kept nowhere."""
    return association.number_format.format(number=counted).strip()


def _free(association: Association) -> Iterator[tuple[int, str]]:
    first = association.next_number
    while True:
        offered = {written(association, each): each for each in range(first, first + AT_ONCE)}
        if len(offered) < AT_ONCE:  # a format without the counter gives everybody the same number
            raise Refused.because(Reason.NUMBERS_USED_UP, "number")
        issued = set(IssuedNumber.objects.of(association).filter(number__in=offered).values_list("number", flat=True))
        yield from ((counted, number) for number, counted in offered.items() if number not in issued)
        first += AT_ONCE
