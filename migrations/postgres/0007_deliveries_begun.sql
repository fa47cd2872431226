-- When a message to a receiver was sent the first time: what a discreet one gives as its time, so that it does not tell
-- which fact of the public log it is about, and stays the same whenever it is sent again.

ALTER TABLE deliveries ADD COLUMN begun BIGINT;
