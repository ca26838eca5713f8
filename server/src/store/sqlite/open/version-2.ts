/** The step that leads to version 2 of the schema, the largest one. */
export const version2 = `
-- A subscription's way to a channel, as a number: jobs and dead letters are looked for by it.
CREATE TABLE lanes (
  id INTEGER PRIMARY KEY,
  subscription TEXT NOT NULL,
  channel TEXT NOT NULL,
  UNIQUE (subscription, channel)
) STRICT;
INSERT INTO lanes (subscription, channel) SELECT DISTINCT subscription, channel FROM jobs;

-- The CHECK of phase cannot be changed in place: the table is made again (sqlite.org/lang_altertable.html, section 7).
CREATE TABLE new_jobs (
  ref INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  subscription TEXT NOT NULL,
  channel TEXT NOT NULL,
  lane INTEGER NOT NULL,
  source TEXT,
  phase TEXT NOT NULL CHECK (phase IN ('open', 'waiting', 'eligible', 'ended')),
  outcome TEXT,
  total INTEGER NOT NULL,
  eligible_seq INTEGER NOT NULL,
  created_at_ms REAL NOT NULL,
  touched_at_ms REAL NOT NULL,
  sealed_at_ms REAL,
  paused_at_ms REAL,
  released_at_ms REAL,
  retained_until_ms REAL,          -- null until it has ended
  retry_of TEXT,
  execution_id TEXT,
  stop TEXT,                       -- StopMark as JSON
  ending TEXT,                     -- JobEnd as JSON
  envelope TEXT NOT NULL           -- Envelope as JSON
) STRICT;
INSERT INTO new_jobs (ref, id, subscription, channel, lane, source, phase, outcome, total, eligible_seq, created_at_ms, touched_at_ms,
  sealed_at_ms, retained_until_ms, stop, ending, envelope)
  SELECT ref, id, subscription, channel,
    (SELECT l.id FROM lanes l WHERE l.subscription = jobs.subscription AND l.channel = jobs.channel),
    source, phase, outcome, total, eligible_seq, created_at_ms, touched_at_ms, sealed_at_ms,
    ending ->> '$.endedAtMs' + 604800000.0, stop, ending,
    json_insert(envelope, '$.executionId', NULL, '$.runAtMs', NULL, '$.deadlineAtMs', NULL, '$.dependsOn', json('[]'),
      '$.onExhausted', 'fail', '$.retry', NULL, '$.retainForSeconds', 604800)
  FROM jobs;
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_of_subscription ON jobs (subscription, id);
CREATE INDEX jobs_unfinished ON jobs (eligible_seq, ref) WHERE phase <> 'ended';
CREATE INDEX jobs_of_lane ON jobs (lane, eligible_seq, phase, ref);
CREATE INDEX jobs_of_execution ON jobs (subscription, execution_id, id) WHERE execution_id IS NOT NULL;
CREATE INDEX jobs_by_retention ON jobs (retained_until_ms, ref) WHERE retained_until_ms IS NOT NULL;

-- How jobs ended that are deleted: what depends on them still asks. Kept for ever, about 40 bytes each.
CREATE TABLE job_outcomes (
  id BLOB PRIMARY KEY,             -- the id's 16 bytes
  subscription TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Kept as long as one of its jobs.
CREATE TABLE executions (
  subscription TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at_ms REAL NOT NULL,
  stages TEXT NOT NULL,            -- as JSON
  PRIMARY KEY (subscription, id)
) STRICT, WITHOUT ROWID;

-- A row for each failed item, written with its outcome. Each index ends in seq, the order of every answer.
CREATE TABLE dead_letters (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  ref INTEGER NOT NULL,
  item_index INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  failed_at_ms REAL NOT NULL,
  key_hash BLOB,                   -- as in chunks.keys; null: no key
  code TEXT NOT NULL
) STRICT;
CREATE INDEX dead_letters_of_job ON dead_letters (ref);
CREATE INDEX dead_letters_of_lane ON dead_letters (lane);
CREATE INDEX dead_letters_of_code ON dead_letters (lane, code);
CREATE INDEX dead_letters_of_key ON dead_letters (key_hash) WHERE key_hash IS NOT NULL;

-- Which items of a job another one tries again: a bit for each of the 1,024 items of a block. The last row counts.
CREATE TABLE retries (
  id INTEGER PRIMARY KEY,
  ref INTEGER NOT NULL,
  block INTEGER NOT NULL,
  job_id TEXT NOT NULL,
  items BLOB NOT NULL
) STRICT;
CREATE INDEX retries_of_block ON retries (ref, block, id);

ALTER TABLE outcome_maps ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;

UPDATE channels
  SET config = json_insert(config, '$.circuit', json('{"failureRatio":0.5,"minCalls":20,"openMs":30000}'))
  WHERE config IS NOT NULL;
`
