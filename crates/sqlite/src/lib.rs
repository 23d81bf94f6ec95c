//! The one way Tillbell opens a SQLite file: pragmas, lock, migrations, and a handle for async callers.
