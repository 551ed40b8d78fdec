"""The scanning of files: one long-lived workflow whose activity asks the scanner."""

from temporalio import workflow

from workflows.shifts import run_shifts

with workflow.unsafe.imports_passed_through():
    from activities.file.scan import FileActivities
    from texts import translate

FILE_SCAN_WORKFLOW_ID = "file-scan"


@workflow.defn(name="file-scan")
class FileScanWorkflow:
    """Keeps exactly one scanning activity running."""

    @workflow.run
    async def run(self) -> None:
        """Scans for ever."""
        await run_shifts(FileActivities.scan, translate("ui.step.scan_files"))
        workflow.continue_as_new()
