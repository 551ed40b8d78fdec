"""What every kind of case keeps of its changes: the case's row, and an append-only history of
numbered answers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Table, bindparam, insert, select, update

from db.database import Query, Row, Transaction
from domain.waiting import Wait


class CaseDiverged(Exception):  # noqa: N818  the name says what is the matter
    """The stored history is not the one this change continues: an operator's matter, never
    a retry.
    """


class NumberedChange(Protocol):
    """What the messages of every kind of case say of a change."""

    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def paper_id(self) -> str | None: ...


class StoredAnswer(Protocol):
    """What the answer of every step says."""

    @property
    def status(self) -> Any: ...
    @property
    def wait(self) -> Wait | None: ...


AnswerT = TypeVar("AnswerT", bound=StoredAnswer)


class CaseRecord(Generic[AnswerT]):
    """The two tables of a kind of case. `key` is the history's column for the case's id."""

    def __init__(
        self, cases: Table, history: Table, key: str, answers: TypeAdapter[AnswerT]
    ) -> None:
        self._key = key
        self._answers = answers
        self._own_row = select(history.c.answer).where(
            history.c[key] == bindparam("case_id"), history.c.number == bindparam("number")
        )
        self._put_case = insert(cases)
        self._move = update(cases).where(cases.c.id == bindparam("case_id"))
        self._put_history = insert(history)

    def own_row(self, case_id: str, number: int) -> Query:
        """The answer that an earlier run of the same change stored, if it did."""
        return self._own_row, {"case_id": case_id, "number": number}

    def answer_from(self, rows: Sequence[Row]) -> AnswerT | None:
        """The stored answer of a change, or None when it was never stored."""
        return self._answers.validate_python(rows[0].answer) if rows else None

    def repeated(
        self, case_id: str, version: int, change: NumberedChange, own: Sequence[Row]
    ) -> AnswerT | None:
        """The answer to give when the change is stored already.

        Raises `CaseDiverged` when the change neither continues nor repeats the stored history.
        """
        answer = self.answer_from(own)
        if answer is None and version != change.number - 1:
            raise CaseDiverged(f"{case_id} is at {version}, not at {change.number - 1}")
        return answer

    def put(
        self,
        transaction: Transaction,
        case_id: str,
        change: NumberedChange,
        answer: AnswerT,
        columns: Mapping[str, Any],
    ) -> None:
        """Puts down a new case with its first change."""
        transaction.write(
            self._put_case,
            id=case_id,
            **{**self._standing(change, answer), "opened_at": change.at, **columns},
        )
        self._tell_history(transaction, case_id, change, None, answer, None)

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
        self._tell_history(transaction, case_id, change, previous, answer, reason)

    def _standing(self, change: NumberedChange, answer: AnswerT) -> dict[str, Any]:
        wait = answer.wait
        return {
            "status": answer.status,
            "version": change.number,
            "waiting_for": wait.waiting_for if wait else None,
            "wait_until": wait.until if wait else None,
            "changed_at": change.at,
        }

    def _tell_history(
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
            paper_id=uuid_of(change.paper_id),
            answer=self._answers.dump_python(answer, mode="json"),
            **{self._key: case_id},
        )


def uuid_of(paper_id: str | None) -> UUID | None:
    """A paper's id as a column has it."""
    return None if paper_id is None else UUID(paper_id)
