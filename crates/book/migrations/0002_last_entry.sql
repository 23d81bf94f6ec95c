-- When the hub accepted the last entry in this book: by that the hub knows whether its number is still that entry's.
ALTER TABLE logs ADD COLUMN after_at INTEGER;
