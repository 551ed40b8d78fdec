"""The step that calls for an operator."""

from temporalio import activity

from db import notification
from db.database import Database
from domain.notification import STEP_FAILED, StepFailure


class OperatorActivities:
    """Tells the operators what waits for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="operators.tell")
    async def tell(self, failure: StepFailure) -> None:
        """Tells that a process waits for them; a repeat tells nothing more."""
        async with self._database.transaction() as transaction:
            notification.tell(
                transaction,
                (STEP_FAILED,),
                case_id=None,
                client_id=None,
                occasion=failure.occasion,
                params={
                    "process": failure.workflow_id,
                    "step": failure.step,
                    "failure": failure.kind,
                },
                at=failure.at,
            )
