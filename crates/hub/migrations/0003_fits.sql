-- Whether something was taken under a source's settings of now. Until here it was read off `last_heard`, which stays when
-- the settings change: a wrong merchant entered before a restart then looked like somebody else's money.
ALTER TABLE sources ADD COLUMN fits INTEGER NOT NULL DEFAULT 0;
UPDATE sources SET fits = 1 WHERE last_heard IS NOT NULL;
