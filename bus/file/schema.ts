/**
 * The two files' tables, and how our files are told from others'. A change of the main file's
 * tables raises `formatVersion`; the scratch file's version may change at will.
 */

/** "JobC": SQLite's application id of a bus file. */
export const applicationId = 0x4a6f6243;
export const formatVersion = 2;
export const scratchVersion = 3;

/** Holds the name of this history, in one row. */
const generation = "generation (name TEXT NOT NULL) STRICT";

/**
 * What must last: the log, values, the feed. `scratch` holds the scratch file's current name, and
 * `generation` is given its row by whoever makes the tables.
 */
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
    data TEXT NOT NULL,
    headers TEXT NOT NULL DEFAULT '{}'
  ) STRICT;
  CREATE TABLE ${generation};
  CREATE TABLE scratch (name TEXT NOT NULL) STRICT;
  INSERT INTO scratch VALUES ('');
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`;

/** Makes a file of format 1 one of format 2; who has it open as the former goes on. */
export const upgradeFrom1 = `
  ALTER TABLE feed ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';
  CREATE TABLE ${generation};
  PRAGMA user_version = ${formatVersion};
`;

/** Lets a connection that may only read see a file of format 1 as one of format 2. */
export const viewOf1 = `
  CREATE TEMP VIEW feed AS SELECT *, '{}' AS headers FROM main.feed;
  CREATE TEMP TABLE ${generation};
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
    require TEXT,
    priority INTEGER NOT NULL,
    hidden_until INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX work_order ON work (priority DESC, place);
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
