/**
 * The schema, as the steps that led to it. Step n takes a data folder from version n to n + 1 (`PRAGMA user_version`), each in a
 * transaction of its own. A step that was released is never edited: what follows is a new one.
 *
 * Page size and auto-vacuum are set by `openDatabase` before the first step: SQLite takes them only before the first table.
 */
export const migrations: readonly string[] = [
  `
  -- One row: what must never go back.
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,          -- this start's number
    ref_ceiling INTEGER NOT NULL,    -- job refs below it may have been given
    eligible_seq INTEGER NOT NULL,   -- the last place given in the order of eligible jobs
    folded_seq INTEGER NOT NULL      -- no outcome map carries a higher segment number
  ) STRICT;
  INSERT INTO meta VALUES (1, 0, 1, 0, 0);

  CREATE TABLE jobs (
    ref INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    subscription TEXT NOT NULL,
    channel TEXT NOT NULL,
    source TEXT,
    phase TEXT NOT NULL CHECK (phase IN ('open', 'eligible', 'ended')),
    outcome TEXT,
    total INTEGER NOT NULL,
    eligible_seq INTEGER NOT NULL,
    created_at_ms REAL NOT NULL,
    touched_at_ms REAL NOT NULL,
    sealed_at_ms REAL,
    stop TEXT,                       -- StopMark as JSON
    ending TEXT,                     -- JobEnd as JSON
    envelope TEXT NOT NULL           -- Envelope as JSON
  ) STRICT;
  CREATE INDEX jobs_of_subscription ON jobs (subscription, id);
  CREATE INDEX jobs_unfinished ON jobs (eligible_seq, ref) WHERE phase <> 'ended';

  -- Jobs that have chunks and are not published yet; and those whose rows are being removed.
  CREATE TABLE drafts (ref INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE removals (ref INTEGER PRIMARY KEY) STRICT;

  -- The body stands last: reading keys and ids does not touch its pages.
  CREATE TABLE chunks (
    ref INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    count INTEGER NOT NULL,
    keys BLOB NOT NULL,
    ids BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (ref, chunk)
  ) STRICT;
  CREATE UNIQUE INDEX chunks_by_index ON chunks (ref, first_index);

  -- One row per commit, until what it says stands in outcome_maps and calls.
  CREATE TABLE segments (
    seq INTEGER PRIMARY KEY,
    records BLOB NOT NULL,           -- as in model/outcome-batch.ts
    details BLOB
  ) STRICT;

  -- Per chunk the last verdict of each item, and plain first calls whole: see outcome-entry.ts.
  CREATE TABLE outcome_maps (
    ref INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    epoch INTEGER NOT NULL,          -- of the calls that stand in the entries
    base_ms REAL NOT NULL,           -- what their start times count from
    folded_seq INTEGER NOT NULL,     -- segments up to here are in
    succeeded INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    first_started_at_ms REAL,
    last_ended_at_ms REAL,
    entries BLOB NOT NULL,
    PRIMARY KEY (ref, chunk)
  ) STRICT;

  -- The calls that no entry can hold, in the order of their commits: records and details as in model/outcome-batch.ts.
  CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    ref INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    records BLOB NOT NULL,
    details BLOB
  ) STRICT;
  CREATE INDEX calls_of_chunk ON calls (ref, chunk, id);

  CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    job_id TEXT NOT NULL,
    created_at_ms REAL NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, key)
  ) STRICT;
  CREATE INDEX idempotency_of_job ON idempotency (job_id);
  CREATE INDEX idempotency_by_age ON idempotency (created_at_ms);

  CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    config TEXT,                     -- ChannelConfig as JSON
    paused INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) STRICT;
  `,
]
