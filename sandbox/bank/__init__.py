"""A sandbox bank that executes files of payment orders on its own books, and misbehaves on request.

It speaks 1CClientBankExchange: orders come in as a company's accounting writes them (cp1251), and
statements go out in cp1251, cp866 or UTF-8. No authentication, so never leave a loopback address.

- `POST /sandbox/orders` takes a file and answers what became of each order: `executed`, `rejected`
  before the debit, or `waiting` when the bank got no further. An order is known by the payer's
  account, its number, its date, its sum and its recipient: a file delivered twice debits once.
- `GET /sandbox/statement?account=&from=&to=&encoding=` gives the account's statement.
- `POST /sandbox/incoming` lets somebody pay us.
- `PUT|GET|DELETE /sandbox/faults` arms the misbehaviour; `GET /sandbox/books` tells, per order, how
  often it was delivered and how often it was really debited, and what came in.
  `GET /sandbox/health`.

Orders, debits, incoming money and armed faults are in one SQLite file, each change one transaction
in its write-ahead log: a process that is killed at any moment leaves whole books, and the next one
opens them. An order that was taken but not carried out still waits; the same file carries it out.
"""
