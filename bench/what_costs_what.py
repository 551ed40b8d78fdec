"""Where the time of a case goes, as the page says it, and what was tried and left out."""

WHERE = """\
- **Letters**: seven a refund. Those that come within half a second go together, eight at most: one
  transaction to take them, one to record them as sent, and one connection to the mail server for as
  long as some are due. Their text is rendered once; only what holds a one-time code is rendered
  again without it. A worker killed between sending and recording leaves up to eight letters to be
  sent once more, each under its old Message-ID.
- **Worker**: of its Python time about a quarter is letters (SMTP most of all), a third the steps
  in the database and the talk with the acquirer, a third the workflows and their payloads. The SDK
  used to enter the sandbox for each payload to ask what it belongs to; that was an eighth.
- **API**: the handler is about a third of a request; the rest is FastAPI, the token, and keeping
  the Idempotency-Key with its answer. What a handler is given costs no change of threads. Tried and
  left out, each paired: uvloop (1.09 of the API's processor time) and uvloop with httptools (1.00),
  which besides sets no bound to a request's head; a cache of verified tokens, of which one costs
  0.07 ms (HS256) or 0.12 ms (RS256) of some six a command. Reserving a key and storing its answer
  are 1.2 ms of Python and 0.8 ms of PostgreSQL a command: the next thing to take up.
- **Temporal**: half of everything, and by itself nearly what the naive skeleton costs as a whole:
  a ratio of 1 would leave some ten milliseconds for API, worker and PostgreSQL together.
"""
