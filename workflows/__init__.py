"""The workflows: one process per file, whose `run` reads as the description of the process."""
