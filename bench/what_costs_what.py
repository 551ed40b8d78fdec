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
  It also made a converter of payloads for every workflow that a worker keeps, and for every task of
  one, each with readers of its own for every type: of the three types that every refund has, 67 KiB
  and 3.0 ms of processor time a case, measured by themselves on a busy machine. They are shared now
  (`workflows/payloads.py`).
  Looked at again with py-spy on a busy machine, of the worker's samples: letters 18 % (7 of them
  what the mail library does to write one, 7 SMTP), the other activities 17 (`complete` alone 7),
  threads of workflows 20, half of it their queue, the SDK's handling 7, the loop's own `select`
  13. A letter's header that needs neither encoding nor a second line is written as it is now, the
  bytes unchanged: in turn, medians of seven, 1.12 → 0.91 ms a letter, seven a refund. Left out: a
  generator of our own for bodies (0.91 → 0.74 ms), which would stand on what the library keeps to
  itself.
- **API**: the handler is about a third of a request; the rest is FastAPI, the token, and keeping
  the Idempotency-Key with its answer. What a handler is given costs no change of threads. Tried and
  left out, each paired: uvloop (1.09 of the API's processor time) and uvloop with httptools (1.00),
  which besides sets no bound to a request's head; a cache of verified tokens, of which one costs
  0.07 ms (HS256) or 0.12 ms (RS256) of some six a command. Reserving a key and storing its answer
  were 1.2 ms of Python and 0.8 ms of PostgreSQL a command. A read of one query goes without a
  pipeline now, and a free key is reserved by one statement: paired on a busy machine, a read 0.45 →
  0.34 ms of Python and 0.13 → 0.10 of PostgreSQL, a reservation 0.57 → 0.37 and 0.25 → 0.15. Both
  inside the transaction that writes the submission has not been tried.
- **PostgreSQL**: about 84 statements, 139 calls a refund. By `pg_stat_statements` two fifths of
  the time in them is planning: 47 in a hundred calls were planned, since each of a pool's
  connections, used in turn, plans a statement for its values ten times before it may keep a plan;
  a process that has run for longer than the bench should plan less (not measured). Tried and left
  out, in turn within one run on a busy machine: statements prepared at their first use,
  PostgreSQL's ms a refund 60, 41, 46, 46 against 69, 43, 51, 58 as they are. That is 0.80 to 0.94
  of it, but what it does not touch, Temporal's time, differed by more (0.79 to 1.21), the first
  batch was of a cold server, and a first use costs a read of one query a round trip: to be
  repeated on a quiet machine.
- **Temporal**: half of everything, and by itself nearly what the naive skeleton costs as a whole:
  a ratio of 1 would leave some ten milliseconds for API, worker and PostgreSQL together.
"""
