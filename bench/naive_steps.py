"""The naive steps: one ORM session and one row each, on the bench's own database."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine, create_engine, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from temporalio import activity

POOL_SIZE = 10
"""As many connections as a process of ours has."""


class Base(DeclarativeBase):
    """Of the bench's tables."""


class NaiveCase(Base):
    """A case as its last step left it."""

    __tablename__ = "naive_cases"

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    changed_at: Mapped[datetime]


def engine_for(url: str) -> Engine:
    """An engine on an address, with the tables made."""
    engine = create_engine(url, pool_size=POOL_SIZE)
    Base.metadata.create_all(engine)
    return engine


def steps(engine: Engine, names: tuple[str, ...]) -> list[Callable[[str], str]]:
    """The first step inserts the case's row, the others update it: one statement each."""
    opening, *others = names
    return [_opening(engine, opening), *(_changing(engine, name) for name in others)]


def _opening(engine: Engine, name: str) -> Callable[[str], str]:
    @activity.defn(name=name)
    def step(case_id: str) -> str:
        with Session(engine) as session, session.begin():
            session.add(NaiveCase(id=case_id, status=name, changed_at=_now()))
        return name

    return step


def _changing(engine: Engine, name: str) -> Callable[[str], str]:
    @activity.defn(name=name)
    def step(case_id: str) -> str:
        with Session(engine) as session, session.begin():
            changed = update(NaiveCase).where(NaiveCase.id == case_id)
            session.execute(changed.values(status=name, changed_at=_now()))
        return name

    return step


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
