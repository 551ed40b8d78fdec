"""Rows for lists of tickets to be measured among: tickets and what was written in them."""

from typing import Final, LiteralString

import psycopg

CLIENTS, TICKETS, MESSAGES_EACH = 4_000, 40_000, 5
MESSAGES: Final = TICKETS * MESSAGES_EACH
WAITING: Final = TICKETS // 2
"""Tickets that wait for us; the others are closed."""
FIRST_NUMBER: Final = 5_000_000
"""Above every number that the stack itself gives."""
COMMON, RARE = "счёт", "гаранти{}"
"""A word of every message, and one that a single message has."""
NUMBERS: Final = {
    "clients": CLIENTS,
    "tickets": TICKETS,
    "each": MESSAGES_EACH,
    "waiting": WAITING,
    "first": FIRST_NUMBER,
}

# Rows that pages read, put beside those of the stack: triggers would make the worker look at cases
# that no process has. A text has thirty words: as many different ones as people use of a language
# in letters to support, the first of them far more often than the last.
_CLIENTS: LiteralString = """
INSERT INTO clients (id, kind, name, inn, email)
SELECT 'ticket-' || n, 'company', 'ООО «Рябина ' || n || '»', CAST(7800000000 + n AS text),
       'ticket@bench.example'
  FROM generate_series(1, %(clients)s) AS n;
"""
_WRITTEN: LiteralString = """
CREATE TEMPORARY TABLE words AS
SELECT n, CASE WHEN n <= 12
          THEN (ARRAY['возврат', 'оплата', 'подписка', 'договор', 'акт', 'письмо', 'срок',
                      'заказ', 'доступ', 'лицензия', 'сумма', 'реквизиты'])[n]
          ELSE (ARRAY['пере', 'под', 'за', 'вы', 'при', 'от', 'до', 'на'])[1 + n %% 8]
            || (ARRAY['ход', 'воз', 'пис', 'став', 'нос', 'мен', 'чёт', 'вод', 'каз', 'лож', 'вер',
                      'сыл', 'рез', 'рис', 'бор'])[1 + n / 8 %% 15]
            || (ARRAY['а', 'ение', 'ка', 'ный', 'ить', 'ая', 'ов', 'ство', 'ность', 'ами'])
               [1 + n / 120 %% 10] || repeat('о', n / 1200)
          END AS word
  FROM generate_series(1, 6000) AS n;
CREATE UNIQUE INDEX ON words (n);
CREATE TEMPORARY TABLE written AS
SELECT messages.m, string_agg(word, ' ' ORDER BY place) AS text
  FROM generate_series(0, %(tickets)s * %(each)s - 1) AS messages (m)
 CROSS JOIN generate_series(1, 30) AS places (place)
  JOIN words ON words.n =
       1 + CAST(floor(5999 * power(abs(hashint8(messages.m * 31 + place)) / 2147483648.0, 3))
                AS integer)
 GROUP BY messages.m;
"""
_TICKETS: LiteralString = """
CREATE TEMPORARY TABLE made AS
SELECT n, %(first)s + n AS number, 'ticket-' || (%(first)s + n) AS id, gen_random_uuid() AS opening,
       'ticket-' || (1 + n %% %(clients)s) AS client_id, n <= %(waiting)s AS waits,
       now() - n * interval '1 minute' AS at
  FROM generate_series(1, %(tickets)s) AS n;
INSERT INTO ticket_openings (id, number, client_id, department, topic, opened_by, opened_at)
OVERRIDING SYSTEM VALUE
SELECT opening, number, client_id, (ARRAY['support', 'refunds', 'accounting'])[1 + n %% 3],
       'Вопрос ' || n || ' ' || split_part(text, ' ', 1), 'bench', at
  FROM made JOIN written ON m = n * %(each)s - 1;
INSERT INTO tickets (id, number, opening_id, client_id, department, rules_version, topic, status,
       version, answers, first_due_at, first_answered_at, turn_at, left_seconds, waiting_for,
       wait_until, opened_at, changed_at, closed_at)
SELECT made.id, made.number, opening, made.client_id, department, 1, topic,
       CASE WHEN waits THEN 'open' ELSE 'closed' END, %(each)s, 2, at, at,
       CASE WHEN waits THEN at END, 3600, CASE WHEN waits THEN 'specialist' END,
       CASE WHEN waits THEN now() + (n - 2000) * interval '1 minute' END, at, at,
       CASE WHEN NOT waits THEN at END
  FROM made JOIN ticket_openings ON ticket_openings.id = opening;
INSERT INTO ticket_messages (id, ticket_id, is_ours, channel, text, seen_answers, written_by,
       written_at)
SELECT CASE WHEN place = 1 THEN opening ELSE gen_random_uuid() END, made.id, place %% 2 = 0, 'web',
       'Здравствуйте! Вопрос про счёт: ' || text || ', гаранти' || m,
       CASE WHEN place %% 2 = 0 THEN 0 END, 'bench', at + place * interval '1 second'
  FROM made
 CROSS JOIN generate_series(1, %(each)s) AS places (place)
  JOIN written ON m = (n - 1) * %(each)s + place - 1;
INSERT INTO ticket_history (ticket_id, number, from_status, to_status, at, by, submission_id,
       answer)
SELECT ticket_id, place, CASE WHEN place > 1 THEN 'open' END,
       CASE WHEN place > 1 THEN 'open' ELSE 'new' END, written_at, 'bench', id, '{}'
  FROM (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY written_at) AS place
          FROM ticket_messages WHERE written_by = 'bench') AS messages;
INSERT INTO ticket_words
SELECT history.ticket_id, history.number, made.number, made.client_id, to_tsvector('russian', text)
  FROM ticket_history AS history
  JOIN made ON made.id = history.ticket_id
  JOIN ticket_messages ON ticket_messages.id = submission_id;
"""
FILLED: LiteralString = "clients, tickets, ticket_messages, ticket_history, ticket_words"


def fill(database_url: str, tickets_made: int = TICKETS) -> None:
    """Puts the rows down, and has PostgreSQL count them."""
    numbers = {**NUMBERS, "tickets": tickets_made, "waiting": tickets_made // 2}
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in (_CLIENTS + _WRITTEN + _TICKETS).split(";\n")[:-1]:
            connection.execute(statement.encode(), numbers)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {FILLED}".encode())
