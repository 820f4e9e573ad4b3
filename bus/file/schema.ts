/**
 * The two files' tables, and how our files are told from others'. A change of the main file's
 * tables raises `formatVersion`; the scratch file's version may change at will.
 */

/** "JobC": SQLite's application id of a bus file. */
export const applicationId = 0x4a6f6243;
export const formatVersion = 1;
export const scratchVersion = 1;

/** What must last: the log, values, the feed. `scratch` holds the scratch file's current name. */
export const mainTables = `
  CREATE TABLE log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    gid TEXT NOT NULL,
    rev INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (gid, rev)
  ) STRICT;
  CREATE TABLE value (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    expires_at INTEGER,
    ttl_ms INTEGER
  ) STRICT;
  CREATE INDEX value_expiry ON value (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE feed (
    head INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    position INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE TABLE scratch (name TEXT NOT NULL) STRICT;
  INSERT INTO scratch VALUES ('');
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`;

/** What can be made again from the log: signals, the work queue, the shelf. */
export const scratchTables = `
  CREATE TABLE signal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    origin TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE TABLE kept (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL UNIQUE,
    data TEXT NOT NULL
  ) STRICT;
  CREATE TABLE work (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    host TEXT,
    hidden_until INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE shelf_view (view TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
  CREATE TABLE shelf_row (
    view TEXT NOT NULL,
    key TEXT NOT NULL,
    ord REAL NOT NULL,
    tags TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (view, key)
  ) STRICT;
  CREATE TABLE shelf_tag (
    view TEXT NOT NULL,
    tag TEXT NOT NULL,
    ord REAL NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (view, tag, ord, key)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${scratchVersion};
`;
