"""A renewal walked through its real steps, one after another, as its process would."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from activities.renewal import RenewalActivities
from db.database import Database
from domain.renewal.renewal import (
    RenewalChange,
    RenewalOpening,
    RenewalReminding,
    RenewalRequest,
    RenewalTransitionResult,
    next_request,
)
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks

ENDS_ON = date(2026, 4, 30)
OPENED_AT = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


@dataclass
class RenewalWalk:
    """One case: what it entered last, and the instant at which the next step comes."""

    database: Database
    books: RenewalBooks
    request: RenewalRequest
    result: RenewalTransitionResult
    at: datetime = OPENED_AT

    @property
    def steps(self) -> RenewalActivities:
        """The steps of a renewal on this database."""
        return RenewalActivities(self.database)

    @property
    def row(self) -> Any:
        """The case's row."""
        return self.books.renewal(self.request.renewal_id)

    @property
    def number(self) -> str:
        """The open invoice."""
        assert self.result.invoice_number is not None
        return self.result.invoice_number

    def next(self, by: str = "system", submission_id: str | None = None) -> RenewalChange:
        """The change that would continue the case."""
        number = self.result.changes + 1
        return RenewalChange(self.request.renewal_id, number, self.at, by, submission_id)

    def took(self, result: RenewalTransitionResult | None) -> RenewalTransitionResult:
        """Goes on from what a step answered."""
        assert result is not None
        assert result.refusal is None
        assert result.changes == self.result.changes + 1
        self.result = result
        return result

    def on(self, day: date) -> "RenewalWalk":
        """Noon of that day in Moscow comes."""
        self.at = datetime.fromisoformat(f"{day}T09:00:00+00:00")
        return self

    def when_it_is_over(self) -> "RenewalWalk":
        """The end of the open wait comes."""
        assert self.result.wait is not None
        self.at = self.result.wait.until
        return self

    async def ordered(self, **columns: Any) -> RenewalTransitionResult:
        """A new order of the client, while we have an account to be paid to."""
        self.books.own_account()
        paper = self.books.order(self.request, **columns)
        return self.took(await self.steps.order(self.next("client", paper)))

    async def cancelled(self) -> RenewalTransitionResult:
        """The client calls the order off."""
        return self.took(await self.steps.cancel_order(self.next("client")))

    async def claimed(self) -> RenewalTransitionResult:
        """The client says that it is paid."""
        paper = self.books.claim(self.request.renewal_id)
        return self.took(await self.steps.claim_payment(self.next("client", paper)))

    async def looked(self) -> RenewalTransitionResult:
        """The case looks at its money, and finds news."""
        return self.took(await self.steps.recheck(self.next()))

    async def checked(self) -> RenewalTransitionResult:
        """The wait for the money is over."""
        return self.took(await self.steps.check_payment(self.next()))

    async def lapsed(self) -> RenewalTransitionResult:
        """A wait without money is over."""
        return self.took(await self.steps.lapse(self.next()))

    async def begun(self) -> RenewalTransitionResult:
        """The first day of the next term."""
        return self.took(await self.steps.begin(self.next()))

    async def followed(self) -> "RenewalWalk":
        """The next term begins, and its case is opened."""
        assert self.result.next_term is not None
        request = next_request(self.request, self.result.next_term)
        self.at = self.result.next_term.starts_at
        await self.begun()
        result = await self.steps.open(RenewalOpening(request, self.at))
        return RenewalWalk(self.database, self.books, request, result, self.at)

    async def reminded(self, at: datetime) -> datetime | None:
        """The moment of a reminder comes."""
        return await self.steps.remind(RenewalReminding(self.request.renewal_id, at))

    def paid(self, amount_kopecks: int = PRICE_KOPECKS, day: date | None = None) -> str:
        """Money comes for the open invoice; the payment's id."""
        return self.books.paid_by_bank(self.number, amount_kopecks, day or self.at.date())


async def opened(
    database: Database,
    books: RenewalBooks,
    ends_on: date | None = ENDS_ON,
    subscription_id: str | None = None,
    **client: Any,
) -> RenewalWalk:
    """A case just opened: of a year that ends on a day, or of a first purchase."""
    subscription_id = subscription_id or books.subscription(**client)
    term_id = None
    if ends_on is not None:
        first = ends_on.replace(year=ends_on.year - 1) + timedelta(days=1)
        term_id = books.term(subscription_id, first, ends_on)
    request = books.renewal_request(subscription_id, term_id)
    result = await RenewalActivities(database).open(RenewalOpening(request, OPENED_AT))
    return RenewalWalk(database, books, request, result)
