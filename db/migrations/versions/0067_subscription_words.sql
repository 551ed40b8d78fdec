-- The search at the desk finds renewals by words of their subscription's title: few of them by the index of words, many
-- in the order of the page.

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE INDEX subscriptions_by_words ON subscriptions USING gin (to_tsvector('simple', folded(title)));
CREATE INDEX renewals_by_opening ON renewals (opened_at DESC, id DESC);
