"""What the address narrows a list of bank entries by, read as people type it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BeforeValidator, validate_call

from db.banking.entry_list import EntryFilter
from domain.banking.bank_statement import EntryDirection
from domain.banking.statement_import import EntryStatus
from domain.billing.requisites import MAX_NAME_LENGTH
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.presentation.banking.entry import payer_in
from starter.web.http.amounts import kopecks_in
from starter.web.http.days import FIRST, LAST, day_in
from starter.web.http.forms import Form
from texts import Language, day, rubles, translate

ANY = "any"
"""Entries of every status."""
POSTPONED = "postponed"
"""Unmatched entries whose decision a person has postponed; the others are listed as unmatched."""
Status = EntryStatus | Literal["any", "postponed"]
NothingChosen = BeforeValidator(lambda said: said or None)
"""A filter of a form that nothing was chosen in."""
Typed = Annotated[str, Query(max_length=MAX_NAME_LENGTH)]


@dataclass(frozen=True)
class EntryNarrowing:
    """The filter as the address says it: what is chosen, and what `form` has typed."""

    status: Status
    direction: EntryDirection | None
    statement: UUID | None
    form: Form

    @property
    def asked(self) -> Mapping[str, object]:
        """The filter in an address."""
        chosen = {
            "status": self.status,
            "direction": self.direction,
            "statement": self.statement,
            **self.form.fields,
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked for than a status."""
        return set(self.asked) != {"status"}

    def address(self, **changed: object) -> str:
        """The list with some of the filter changed; None takes a part of it away."""
        asked = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return f"/desk/entries?{urlencode(asked)}"

    def filter(self) -> EntryFilter:
        """The filter of the query; raises `Refusal` beside every field that cannot be read."""
        wrong = list[FieldError]()
        first, last = self._day(FIRST, wrong), self._day(LAST, wrong)
        if first is not None and last is not None and first > last:
            wrong.append(FieldError("period_malformed", field=LAST))
        amount = kopecks_in(self.form, "amount", wrong, or_nothing=True)
        inn, words = self._payer(wrong)
        if wrong:
            raise invalid(*wrong)
        return EntryFilter(
            status=self._stored_status,
            is_postponed=self._is_postponed,
            direction=self.direction,
            first_day=first,
            last_day=last,
            statement_id=self.statement,
            amount_kopecks=amount or None,
            payer_inn=inn,
            payer_words=words,
        )

    @property
    def _stored_status(self) -> EntryStatus | None:
        if isinstance(self.status, EntryStatus):
            return self.status
        return EntryStatus.UNMATCHED if self.status == POSTPONED else None

    @property
    def _is_postponed(self) -> bool | None:
        is_unmatched = self._stored_status is EntryStatus.UNMATCHED
        return self.status == POSTPONED if is_unmatched else None

    def words(self, narrowed: EntryFilter, language: Language) -> str:
        """The filter as a file's head and a printed page tell it."""

        def said(name: str, value: object) -> str:
            return translate(f"page.desk.entries.said.{name}", language, what=value)

        words = [translate(f"page.desk.entry.status.{self.status}", language)]
        if self.direction is not None:
            words.append(translate(f"page.desk.entries.{self.direction}", language))
        if narrowed.first_day is not None:
            words.append(said("from", day(narrowed.first_day)))
        if narrowed.last_day is not None:
            words.append(said("to", day(narrowed.last_day)))
        if narrowed.amount_kopecks is not None:
            words.append(said("amount", rubles(narrowed.amount_kopecks)))
        if self.statement is not None:
            words.append(translate("page.desk.entries.of_statement", language))
        if self.form.typed("payer"):
            words.append(said("payer", self.form.line("payer")))
        return ", ".join(words)

    def _day(self, name: str, wrong: list[FieldError]) -> date | None:
        try:
            return day_in(self.form.line(name), name) if self.form.line(name) else None
        except Refusal as refusal:
            wrong.extend(refusal.fields)
            return None

    def _payer(self, wrong: list[FieldError]) -> tuple[str | None, tuple[str, ...]]:
        try:
            return payer_in(self.form.line("payer"))
        except Refusal as refusal:
            wrong.extend(refusal.fields)
            return None, ()


def _narrowing(
    status: Status = EntryStatus.UNMATCHED,
    direction: Annotated[EntryDirection | None, NothingChosen] = None,
    statement: UUID | None = None,
    first_day: Typed = "",
    last_day: Typed = "",
    amount: Typed = "",
    payer: Typed = "",
) -> EntryNarrowing:
    typed = {FIRST: first_day, LAST: last_day, "amount": amount, "payer": payer}
    return EntryNarrowing(status, direction, statement, Form(typed))


EntryNarrowingDep = Annotated[EntryNarrowing, Depends(_narrowing)]


def entry_narrowing_in(query: str) -> EntryNarrowing:
    """The filter of a list's query; raises `ValidationError` for what is none."""
    asked: dict[str, Any] = dict(parse_qsl(query))
    return validate_call(_narrowing)(**asked)
