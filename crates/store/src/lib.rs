//! Persistence: log, vault of sealed bodies, projections, accounts, on SQLite and PostgreSQL.
