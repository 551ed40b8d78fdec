"""Liveness and readiness of this process."""

from fastapi import Response
from pydantic import BaseModel

from db.database import Database, DatabaseFailure
from db.health import check
from starter.api.http.route import DatabaseDep, TemporalDep, router
from starter.commands.refusal import unavailable

routes = router("health")


class Health(BaseModel):
    """The state of what the process depends on."""

    database: bool
    temporal: bool


@routes.get("/health/live", summary="The process is alive", status_code=204)
async def read_liveness() -> Response:
    """Answers 200 as long as the process can answer at all."""
    return Response(status_code=204)


@routes.get("/health/ready", summary="The database and Temporal answer")
async def read_readiness(database: DatabaseDep, cases: TemporalDep) -> Health:
    """503 without a database; Temporal is only reported, because reads work without it."""
    if not await _answers(database):
        raise unavailable("database_unavailable")
    return Health(database=True, temporal=await cases.is_reachable())


async def _answers(database: Database) -> bool:
    try:
        await check(database)
    except DatabaseFailure:
        return False
    return True
