-- What a source's refused deliveries are known by while they raise the alarm (JSON): a restart must not take the
-- silence for "no customers".
ALTER TABLE sources ADD COLUMN refusals TEXT;
