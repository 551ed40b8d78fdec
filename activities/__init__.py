"""The steps of the processes: one class per noun, one method per step; each may run twice."""
