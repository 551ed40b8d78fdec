"""The schemas of a refund's calculation."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from domain.money import VatRate
from domain.refund.line import SpecialistReason
from domain.refund.policy import Rule
from domain.refund.service import ServiceOutcome
from starter.presentation.models import Roubles, Shown
from texts import Language
from texts.service import service_words


class LineShown(Shown):
    """A line of a calculation: every input, the rule, and the result."""

    line_no: int
    title: str
    rule: Rule
    rule_title: str
    price: Roubles
    earlier: Roubles = Field(description="What other cases refund of this line.")
    asked: Roubles | None = None
    stopped_on: date
    unused_days: int | None = None
    total_days: int | None = None
    vat_rate: VatRate
    vat: Roubles
    used: Roubles = Field(description="What is withheld of the price for use.")
    result: Roubles
    specialist_reason: SpecialistReason | None = None
    period_start: date | None = None
    period_end: date | None = None
    proposed: Roubles | None = Field(
        default=None,
        description="For staff: what the rules give of this line.",
    )
    steps: list[str] = Field(
        default_factory=list,
        description="For staff: how the sum was computed, in words and numbers.",
    )


class OverrideShown(Shown):
    """How a specialist's sum differs from what the rules give of the same request."""

    proposed: Roubles = Field(description="What the rules give.")
    more: Roubles = Field(description="By how much the specialist's sum is above it.")
    less: Roubles = Field(description="By how much it is below.")


class UseShown(Shown):
    """Usage that the host product reported from the day of stopping on."""

    reported_on: date
    units_before: int = Field(description="Units of the last report before that day.")
    units_after: int


class DeductionShown(Shown):
    """Actual expenses that are withheld."""

    amount: Roubles
    reason: str


class ServiceShown(Shown):
    """What happens to the service that is refunded; the days belong to its term."""

    starts_on: date
    ends_on: date
    stops_on: date | None = Field(
        default=None, description="The first day without service; absent: the service goes on."
    )
    title: str

    @classmethod
    def of(cls, service: ServiceOutcome | None, language: Language) -> "ServiceShown | None":
        """The outcome in the caller's language; None where nothing that we serve is refunded."""
        if service is None:
            return None
        return cls(**vars(service), title=service_words(service, language))


class CalculationShown(Shown):
    """A calculation with its trace, from which the same sum can be computed again."""

    id: UUID
    kind: str = Field(description="`automatic` or `specialist`.")
    holds: bool = Field(description="False: a proposal, until a specialist has calculated.")
    by: str
    login: str | None = Field(default=None, description="For staff.")
    at: datetime
    policy_version: int
    rounding: str = Field(
        default="half_up", description="Each line is rounded once, to the kopeck."
    )
    left: Roubles = Field(description="What could still be refunded of the invoice.")
    lines: list[LineShown]
    deductions: list[DeductionShown] = Field(default_factory=list)
    due: Roubles = Field(description="The invoice's price; of a surplus nothing.")
    paid: Roubles = Field(description="What was paid of it; of a surplus what came above it.")
    returned_before: Roubles = Field(description="What other cases refund of that.")
    used: Roubles = Field(description="What was used of the whole invoice.")
    withheld: Roubles = Field(description="What is withheld for that use, and as deductions.")
    others_of_invoice: Roubles | None = Field(
        default=None,
        description="For staff: other refunds of the invoice that count towards limits.",
    )
    others_of_client: Roubles | None = Field(
        default=None,
        description="For staff: other refunds to the client that count towards limits.",
    )
    use_after_stop: UseShown | None = None
    specialist_reason: SpecialistReason | None = None
    reason: str | None = Field(default=None, description="The specialist's, for the sum.")
    sum: Roubles
    override: OverrideShown | None = Field(
        default=None, description="For staff, of a specialist's calculation."
    )
    service: ServiceShown | None = None
