"""Bank accounts and direct debit mandates of accounts: what our SEPA fields are there, and the writes that get there.

Every write looks at what stands there first, so a second try after a lost answer goes on where the first one ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledenbrug.bookkeeping.exact_online.answers import Entity
from ledenbrug.bookkeeping.exact_online.asking import BANK_ACCOUNTS, MANDATES, Division, Row, expanded
from ledenbrug.bookkeeping.exact_online.translate import as_sent, day, text
from ledenbrug.core.compare import same
from ledenbrug.core.records import Field, Values

BANK_SELECT = "ID,Account,BankAccount,BankAccountHolderName,BICCode,Main,Modified"
MANDATE_SELECT = "ID,Account,BankAccount,Reference,SignatureDate,CancellationDate,Main,Modified"
ALONG = "BankAccounts"
"""Name under which they come along with an account."""
RECURRENT, CORE = 1, 0
_BESIDE: Mapping[str, Field] = {"BankAccountHolderName": Field.ACCOUNT_HOLDER, "BICCode": Field.BIC}


@dataclass
class Collected:
    """What one account collects with."""

    banks: list[Row] = field(default_factory=list)
    mandates: list[Row] = field(default_factory=list)

    def values(self, *, today: date) -> Values:
        """Of several mandates: one that lives, the main one, the latest. Without any: the main bank account."""
        mandate: Row = max(self.mandates, key=lambda each: _rank(each, today=today), default={})
        banks = [each for each in self.banks if not mandate or text(each, "ID") == text(mandate, "BankAccount")]
        bank: Row = max(banks, key=lambda each: bool(each.get("Main")), default={})
        signed = day(mandate.get("SignatureDate"))
        return {
            Field.DIRECT_DEBIT: "yes" if mandate and lives(mandate, today=today) else "",
            Field.IBAN: text(bank, "BankAccount"),
            Field.ACCOUNT_HOLDER: text(bank, "BankAccountHolderName"),
            Field.BIC: text(bank, "BICCode"),
            Field.MANDATE_REFERENCE: text(mandate, "Reference"),
            Field.MANDATE_SIGNED: signed.isoformat() if signed else "",
        }


def lives(mandate: Row, *, today: date) -> bool:
    ended = day(mandate.get("CancellationDate"))
    return ended is None or ended > today


def _rank(mandate: Row, *, today: date) -> tuple[bool, bool, date, str]:
    main, signed = bool(mandate.get("Main")), day(mandate.get("SignatureDate"))
    return lives(mandate, today=today), main, signed or date.min, text(mandate, "ID")


def of_everyone(division: Division) -> Mapping[str, Collected]:
    """In pages of sixty: these two have no bulk."""
    banks = list(division.rows(BANK_ACCOUNTS, select=BANK_SELECT))
    division.sure(BANK_ACCOUNTS, bool(banks))
    mandates = list(division.rows(MANDATES, select=MANDATE_SELECT)) if banks else []  # one needs a bank account
    division.sure(MANDATES, bool(mandates) or not banks)
    return _by_account(banks, mandates)


def of_some(division: Division, accounts: Sequence[Row]) -> Mapping[str, Collected]:
    """One request per page of those that have a bank account."""
    banks = _banks(division, accounts)
    holders = sorted({text(each, "Account") for each in banks})
    return _by_account(banks, division.of(MANDATES, holders, select=MANDATE_SELECT, by="Account"))


def _banks(division: Division, accounts: Sequence[Row]) -> list[Row]:
    """They come along with the accounts. Where they did not, they take a request per page."""
    came = [expanded(each, ALONG) for each in accounts]
    if any(each is None for each in came):
        keys = [text(each, "ID") for each in accounts]
        return division.of(BANK_ACCOUNTS, keys, select=BANK_SELECT, by="Account")
    banks = [bank for each in came for bank in each or ()]
    division.sure(BANK_ACCOUNTS, bool(banks) or not accounts)
    return banks


def _by_account(banks: Sequence[Row], mandates: Sequence[Row]) -> Mapping[str, Collected]:
    found: dict[str, Collected] = {}
    for each in banks:
        found.setdefault(text(each, "Account"), Collected()).banks.append(each)
    for each in mandates:
        found.setdefault(text(each, "Account"), Collected()).mandates.append(each)
    return found


def bring(division: Division, account: str, values: Values, *, there: Collected, today: date) -> Collected:
    """Bank account first, then the mandate, then the end of the one before. What stands there afterwards."""
    if values[Field.DIRECT_DEBIT] != "yes":
        return _ended(division, there, keep=None, today=today)
    reference = values[Field.MANDATE_REFERENCE]
    bank, there = _bank(division, account, values, there=there)
    before = _named(there.mandates, reference)
    mandate = _mandate(division, account, values, bank=bank, before=before)
    there = Collected(there.banks, [*(each for each in there.mandates if each is not before), mandate])
    return _ended(division, there, keep=mandate, today=today)


def _bank(division: Division, account: str, values: Values, *, there: Collected) -> tuple[str, Collected]:
    """The number of a bank account is never changed: another number is another bank account."""
    iban = as_sent(Field.IBAN, values[Field.IBAN])
    told = {key: as_sent(each, values.get(each, "")) for key, each in _BESIDE.items() if values.get(each)}
    held = next((each for each in there.banks if same(Field.IBAN, iban, text(each, "BankAccount"))), None)
    if held is None:
        new = {"Account": account, "BankAccount": iban, "Main": True, **told}
        row = division.brought("POST", BANK_ACCOUNTS, Entity.BANK_ACCOUNT, new)
        return text(row, "ID"), Collected([*there.banks, row], there.mandates)
    differ = {key: value for key, value in told.items() if not same(_BESIDE[key], value, text(held, key))}
    if not differ:
        return text(held, "ID"), there
    row = division.brought("PUT", BANK_ACCOUNTS, Entity.BANK_ACCOUNT, differ, before=held)
    return text(held, "ID"), Collected([row if each is held else each for each in there.banks], there.mandates)


def _mandate(division: Division, account: str, values: Values, *, bank: str, before: Row | None) -> Row:
    """A mandate with this reference goes on, for another bank account too: references are unique."""
    signed = values[Field.MANDATE_SIGNED]
    if before is None:
        new = {
            "Account": account, "BankAccount": bank, "Reference": values[Field.MANDATE_REFERENCE],
            "SignatureDate": signed, "PaymentType": RECURRENT, "Type": CORE, "Main": 1,
        }  # fmt: skip
        return division.brought("POST", MANDATES, Entity.MANDATE, new)
    stands = day(before.get("SignatureDate"))
    differ: dict[str, object] = {
        **({"BankAccount": bank} if text(before, "BankAccount") != bank else {}),
        **({"SignatureDate": signed} if stands is None or stands.isoformat() != signed else {}),
        **({"CancellationDate": None} if before.get("CancellationDate") else {}),
    }
    return division.brought("PUT", MANDATES, Entity.MANDATE, differ, before=before) if differ else before


def _ended(division: Division, there: Collected, *, keep: Row | None, today: date) -> Collected:
    """The one that counts, other than `keep`, collects no more. Any further one was never ours."""
    living = [each for each in there.mandates if each is not keep and lives(each, today=today)]
    if not living:
        return there
    last = max(living, key=lambda each: _rank(each, today=today))
    ends = {"CancellationDate": today.isoformat()}
    row = division.brought("PUT", MANDATES, Entity.MANDATE, ends, before=last)
    return Collected(there.banks, [row if each is last else each for each in there.mandates])


def _named(mandates: Sequence[Row], reference: str) -> Row | None:
    return next((each for each in mandates if same(Field.MANDATE_REFERENCE, reference, text(each, "Reference"))), None)
