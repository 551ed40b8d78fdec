"""A sandbox acquirer that speaks refunds and payments of the YooKassa v3 API, and misbehaves on
request.

The protocol, as far as it is spoken here:

- `POST /v3/refunds` (Basic auth, `Idempotence-Key` of at most 64 characters) with payment_id,
  amount{value, currency}, description, metadata. The same key and body answer with the same refund;
  the same key with another body is 400 `invalid_request`, parameter `Idempotence-Key`. A key is
  remembered for 24 hours: a later repeat is a NEW refund, so an old unknown outcome must be
  looked up, never resent.
- 200 carries the refund: status pending, succeeded or canceled (with cancellation_details). 202
  with `{"type": "processing"}` carries none: the request is taken, repeat it with the same key.
- `GET /v3/refunds/{id}` and `GET /v3/refunds?payment_id=&limit=&cursor=`, newest first, by
  `next_cursor`. A refund whose POST is still at 202 is in neither.
- `POST /v3/payments` with amount, capture true, confirmation{type redirect, return_url},
  description of at most 128, metadata, receipt{customer, items}; the keys work as for refunds. The
  answer is pending with confirmation.confirmation_url, the page where the payer pays or declines;
  a page that nobody pays by is cancelled after an hour (expired_on_confirmation). A payment that
  succeeds can be refunded. `GET /v3/payments/{id}` shows one.
- Errors are `{"type": "error", "id", "code", "description", "parameter"}` with 400
  invalid_request or not_supported, 401 invalid_credentials, 404 not_found, 429
  too_many_requests, 500 internal_server_error (outcome unknown).
- `refund.succeeded`, `payment.succeeded` and `payment.canceled` are posted to the webhook address,
  unsigned; a cancelled refund posts nothing.

Beside it, under `/sandbox`, without auth: `POST payments`, `POST payments/{id}/pay`,
`POST payments/{id}/decline`, `POST payments/{id}/outcome`, `PUT|DELETE faults`, `PUT webhook`,
`GET books` and `GET health`. The books say how often money really moved.
"""
