"""Letters to support: a door beside the API, the pages and the bot."""
