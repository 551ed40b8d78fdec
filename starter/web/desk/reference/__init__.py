"""What the product counts by: the bank calendar, prices, policies, mailboxes, own accounts."""
