-- Which refund a piece of news told of, by the number that statements have: without it two equal refunds of one order can
-- only be told apart by their times. Written once, beside its news, and chained as a kind of its own.
CREATE TABLE refund_numbers (
    id     INTEGER PRIMARY KEY,
    news   INTEGER NOT NULL REFERENCES news (id),
    number TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX refund_numbers_news ON refund_numbers (news);

-- As the news of a line make it.
ALTER TABLE lines ADD COLUMN refund TEXT;
