-- The page of a subscription shows the request that was made last: it is found without reading those of all others.
CREATE INDEX limit_requests_by_subscription ON limit_requests (subscription_id, asked_at DESC, id);
