"""Files that people hand in: what is taken, by content and by name, and what becomes of one."""
