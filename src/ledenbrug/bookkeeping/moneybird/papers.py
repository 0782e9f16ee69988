"""What hangs on a contact at Moneybird: open and scheduled invoices, recurring ones, subscriptions. It only reads."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from ledenbrug.core.errors import Temporary
from ledenbrug.core.line import Answer, Line
from ledenbrug.core.port import Paper, PaperKind, Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId

PAGE = 100
AT_THE_BANK = "pending_payment"
OPEN: Mapping[str, PaperKind] = {
    "draft": PaperKind.DRAFT,
    "open": PaperKind.OPEN,
    "scheduled": PaperKind.SCHEDULED,
    AT_THE_BANK: PaperKind.COLLECTED,
    "late": PaperKind.OPEN,
    "reminded": PaperKind.OPEN,
}
"""States of an invoice that is not settled."""
NONE_SUCH = (402, 403, 404)
"""Where the plan has no subscriptions there are none."""

Trouble = Callable[[Answer], Exception]


def of(line: Line, administration: str, contact_id: ContactId, *, trouble: Trouble, today: date) -> Papers:
    """Three requests."""
    ask = _Ask(line, administration, contact_id, trouble)
    unpaid = [each for each in ask("sales_invoices", state="|".join(OPEN)) if str(each.get("state")) in OPEN]
    repeated = [each for each in ask("recurring_sales_invoices") if each.get("active", True)]
    now = today.isoformat()
    running = [each for each in ask("subscriptions") if str(each.get("end_date") or now) >= now]
    listed = [ask.paper(OPEN[str(each["state"])], "sales_invoices", each) for each in unpaid]
    listed += [ask.paper(PaperKind.RECURRING, "recurring_sales_invoices", each) for each in repeated]
    listed += [ask.paper(PaperKind.SUBSCRIPTION, "subscriptions", each) for each in running]
    return Papers(open=len(unpaid), recurring=len(repeated) + len(running), listed=tuple(listed))


def at_the_bank(line: Line, administration: str, contact_id: ContactId, *, trouble: Trouble) -> bool:
    """Whether an invoice is being collected. One request."""
    found = _Ask(line, administration, contact_id, trouble)("sales_invoices", state=AT_THE_BANK)
    return any(each.get("state") == AT_THE_BANK for each in found)


class _Ask:
    """The papers of one contact. A filter that Moneybird does not know is ignored there, so whose it is is checked."""

    def __init__(self, line: Line, administration: str, contact_id: ContactId, trouble: Trouble) -> None:
        self._line, self._contact, self._trouble = line, contact_id, trouble
        self._administration = quote(administration, safe="")

    def __call__(self, kind: str, *, state: str = "") -> Iterator[Mapping[str, Any]]:
        if kind == "subscriptions":
            params = {"contact_id": str(self._contact)}
        else:
            params = {"filter": f"contact_id:{self._contact}" + (f",state:{state}" if state else "")}
        path = f"/api/v2/{self._administration}/{kind}.json"
        answer = self._line.request("GET", path, params={**params, "per_page": str(PAGE)})
        if kind == "subscriptions" and answer.status in NONE_SUCH:
            return iter(())
        if answer.status != 200:
            raise self._trouble(answer)
        found = answer.json()
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise Temporary(Reason.NOT_JSON, reached=True)
        return (each for each in found if str(each.get("contact_id")) == self._contact)

    def paper(self, kind: PaperKind, path: str, each: Mapping[str, Any]) -> Paper:
        number = each.get("invoice_id") or each.get("draft_id") or each.get("reference") or ""
        return Paper(kind, str(number), f"{self._line.url}/{self._administration}/{path}/{each.get('id')}")
