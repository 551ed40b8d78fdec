-- How long cases stay in a status is counted over all moves of a period's cases, in the order in which each case moved:
-- the index has what is counted, and leaves the wide rows of the history unread.

CREATE INDEX refund_history_moves ON refund_history (refund_id, number) INCLUDE (to_status, at)
    WHERE from_status IS DISTINCT FROM to_status;
