"""Stores the changes of every kind of case: the case's row, and an append-only history of numbered
results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Table, bindparam, insert, or_, select, update

from db.database import Transaction
from db.facts import Reading, every
from db.query import Query, row, typed
from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.case.waiting import Wait


class CaseDiverged(Exception):  # noqa: N818  the name says what is the matter
    """The change is ahead of the stored history: an operator decides, it is never retried."""


class NumberedChange(Protocol):
    """The fields that the changes of all kinds of cases have."""

    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def submission_id(self) -> str | None: ...


class StoredAnswer(Protocol):
    """The fields that the results of all steps have; a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def status(self) -> Any: ...
    @property
    def changes(self) -> int: ...
    @property
    def refusal(self) -> str | None: ...
    @property
    def wait(self) -> Wait | None: ...


AnswerT = TypeVar("AnswerT", bound=StoredAnswer)
CaseT = TypeVar("CaseT")


@row
class AnswerRow:
    """The result of a case's change."""

    answer: dict[str, Any]


@row
class ChangeRow:
    """A change of a case: by whom, with which submission, and its result."""

    number: int
    by: str
    submission_id: UUID | None
    answer: dict[str, Any]


@dataclass(frozen=True)
class ReplayCheck(Generic[AnswerT]):
    """The state of a case: the result of its last change.

    `replayed_result` is the result for a change that must not be stored again, None when the change
    is the next one.
    """

    latest: AnswerT
    replayed_result: AnswerT | None


@dataclass(frozen=True)
class LoadedCase(Generic[CaseT, AnswerT]):
    """A locked case with the facts for its change, and its state: see `ReplayCheck`."""

    case: CaseT
    replayed_result: AnswerT | None


class CaseStore(Generic[AnswerT]):
    """The two tables of a kind of case. `key` is the history's column for the case's id."""

    def __init__(
        self, cases: Table, history: Table, key: str, answers: TypeAdapter[AnswerT]
    ) -> None:
        self._key = key
        self._answers = answers
        of_case = history.c[key] == bindparam("case_id")
        self._latest = typed(
            AnswerRow,
            select(history.c.answer).where(of_case).order_by(history.c.number.desc()).limit(1),
        )
        self._since = typed(
            ChangeRow,
            select(history.c.number, history.c.by, history.c.submission_id, history.c.answer)
            .where(
                of_case,
                or_(
                    history.c.number >= bindparam("known"),
                    history.c.submission_id == bindparam("submission_id"),
                ),
            )
            .order_by(history.c.number),
        )
        self._put_case = insert(cases)
        self._move = update(cases).where(cases.c.id == bindparam("case_id"))
        self._put_history = insert(history)

    def latest(self, case_id: str) -> Query[AnswerRow]:
        """The result of a case's last change; no row for a case that does not exist."""
        return self._latest(case_id=case_id)

    def answer_from(self, rows: Sequence[AnswerRow]) -> AnswerT | None:
        """The state of a case, from the rows of `latest`; None for a case that does not exist."""
        return self._answers.validate_python(rows[0].answer) if rows else None

    def since(self, case_id: str, change: NumberedChange) -> Query[ChangeRow]:
        """What the workflow of a change may not know: all changes from its last known one on, and
        the change that has the same submission.
        """
        known, submission_id = change.number - 1, uuid_of(change.submission_id)
        return self._since(case_id=case_id, known=known, submission_id=submission_id)

    def checked(self, case_id: str, change: NumberedChange) -> Reading[ReplayCheck[AnswerT]]:
        """Reads the state of a case and compares a change with it: see `replay_check`."""
        since = every(self.since(case_id, change))
        return since.to(lambda found: self.replay_check(case_id, change, found))

    def replay_check(
        self, case_id: str, change: NumberedChange, found: Sequence[ChangeRow]
    ) -> ReplayCheck[AnswerT]:
        """Compares a change with the rows of `since`: a workflow that was reset, or whose result
        was lost, goes on from the case's last change, whatever it was about to do.

        If the stored change with this number is its own, the result is the case's present state; if
        it is another one, the same with a refusal. Raises `CaseDiverged` for a number that does not
        follow the history.
        """
        reached = found[-1].number if found else 0
        if reached < change.number - 1:
            raise CaseDiverged(f"{case_id} has no change {change.number - 1}")
        latest: AnswerT = self._answers.validate_python(found[-1].answer)
        if any(_is_own(row, change) for row in found):
            return ReplayCheck(latest, latest)
        if reached == change.number - 1:
            return ReplayCheck(latest, None)
        return ReplayCheck(latest, replace(latest, refusal=NOT_ALLOWED_IN_STATUS))

    def put(
        self,
        transaction: Transaction,
        case_id: str,
        change: NumberedChange,
        answer: AnswerT,
        columns: Mapping[str, Any],
    ) -> None:
        """Stores a new case with its first change."""
        transaction.write(
            self._put_case,
            id=case_id,
            **{**self._standing(change, answer), "opened_at": change.at, **columns},
        )
        self._store_history(transaction, case_id, change, None, answer, None)

    def move(
        self,
        transaction: Transaction,
        case_id: str,
        change: NumberedChange,
        previous: Any,
        answer: AnswerT,
        reason: str | None,
        columns: Mapping[str, Any],
    ) -> None:
        """Stores one change: the case's row with its `columns`, and its history row."""
        standing = self._standing(change, answer)
        transaction.write(self._move, case_id=case_id, **{**standing, **columns})
        self._store_history(transaction, case_id, change, previous, answer, reason)

    def _standing(self, change: NumberedChange, answer: AnswerT) -> dict[str, Any]:
        wait = answer.wait
        return {
            "status": answer.status,
            "version": change.number,
            "waiting_for": wait.waiting_for if wait else None,
            "wait_until": wait.until if wait else None,
            "changed_at": change.at,
        }

    def _store_history(
        self,
        transaction: Transaction,
        case_id: str,
        change: NumberedChange,
        previous: Any,
        answer: AnswerT,
        reason: str | None,
    ) -> None:
        transaction.write(
            self._put_history,
            number=change.number,
            from_status=previous,
            to_status=answer.status,
            at=change.at,
            by=change.by,
            reason=reason,
            submission_id=uuid_of(change.submission_id),
            answer=self._answers.dump_python(answer, mode="json"),
            **{self._key: case_id},
        )


def _is_own(row: ChangeRow, change: NumberedChange) -> bool:
    """Whether a stored change is this one; a submission is used once, at any number."""
    if change.submission_id is not None:
        return bool(row.submission_id == uuid_of(change.submission_id))
    return bool((row.number, row.by, row.submission_id) == (change.number, change.by, None))


def uuid_of(submission_id: str | None) -> UUID | None:
    """A submission's id as a column has it."""
    return None if submission_id is None else UUID(submission_id)
