"""Who is logged in to the pages, and how they come in."""
