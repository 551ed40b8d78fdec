"""How long tests wait for what others do: no test says by it how fast anything is."""

PATIENCE_SECONDS = 90.0
"""For what takes a second at most on an idle machine, and comes late where others use it. Below the
`timeout` of pyproject.toml: what never comes is named by the test that waits for it.
"""
STORY_LIMIT_SECONDS = 600.0
"""For a story whose processes are killed and begin again: far beyond what one takes."""
