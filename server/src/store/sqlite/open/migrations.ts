import type { DatabaseSync } from 'node:sqlite'
import { backfillDeadLetters } from './backfill-dead-letters.ts'
import { version2 } from './version-2.ts'

/** SQL, or what SQL cannot do; it runs inside the step's transaction. */
export type MigrationStep = string | ((db: DatabaseSync) => void)

/**
 * The schema, as the steps that led to it. Step n takes a data folder from version n to n + 1 (`PRAGMA user_version`), each in a
 * transaction of its own. A step that was released is never edited: what follows is a new one.
 *
 * Page size and auto-vacuum are set by `openDatabase` before the first step: SQLite takes them only before the first table.
 */
export const migrations: readonly MigrationStep[] = [
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

  -- Per chunk the last verdict of each item, and plain first calls whole: see chunk-map.ts.
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
  (db) => {
    db.exec(version2)
    backfillDeadLetters(db)
  },
  `
  -- Open jobs of which a part was begun: rows of items beyond the job's total are nobody's yet, or for good if it is abandoned.
  CREATE TABLE part_drafts (ref INTEGER PRIMARY KEY, abandoned INTEGER NOT NULL) STRICT;
  `,
  `
  -- How far the gates of slow channels may have come (model/channel.ts, DurableTat). All null: not known.
  ALTER TABLE channels ADD COLUMN tat_unit_us REAL;
  ALTER TABLE channels ADD COLUMN tat_at_ms REAL;
  ALTER TABLE channels ADD COLUMN tat_at_us REAL;
  ALTER TABLE channels ADD COLUMN tat_boot_id TEXT;
  `,
  `
  -- Every Retry-After that the channel received up to this wall time was lifted; null: none was.
  ALTER TABLE channels ADD COLUMN unblocked_at_ms REAL;
  `,
  `
  -- What page tokens are signed with.
  ALTER TABLE meta ADD COLUMN server_key BLOB;
  UPDATE meta SET server_key = randomblob(32);
  `,
  `
  -- Executions are listed newest first; those that jobs only name have a row without stages.
  CREATE INDEX executions_by_age ON executions (subscription, created_at_ms, id);
  INSERT OR IGNORE INTO executions (subscription, id, created_at_ms, stages)
    SELECT subscription, execution_id, MIN(created_at_ms), '[]' FROM jobs WHERE execution_id IS NOT NULL
    GROUP BY subscription, execution_id;
  `,
  `
  -- New data of items, each in its whole line: the last row of an item counts, in place of its line in the chunk. The line stands last.
  CREATE TABLE replacements (
    id INTEGER PRIMARY KEY,
    ref INTEGER NOT NULL,
    item_index INTEGER NOT NULL,
    attempt INTEGER NOT NULL,        -- calls that the item had before
    at_ms REAL NOT NULL,
    by_whom TEXT NOT NULL,
    line BLOB NOT NULL
  ) STRICT;
  CREATE INDEX replacements_of_item ON replacements (ref, item_index, id);
  `,
  `
  -- Grows with the commits, about once a second: what the file beside the database says of it (commit-mark.ts).
  ALTER TABLE meta ADD COLUMN commit_mark INTEGER NOT NULL DEFAULT 0;
    `,
  `
  -- The W3C traceparent of the request that made the job.
  ALTER TABLE jobs ADD COLUMN traceparent TEXT;
  `,
  `
  -- Access tokens that were not removed. A token's text is nowhere. An idempotency key's job_id may name one of them, too.
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL,              -- SHA-256 of the text
    name TEXT NOT NULL,
    subscription TEXT NOT NULL,
    scopes TEXT NOT NULL,            -- as JSON
    created_at_ms REAL NOT NULL,
    created_by TEXT NOT NULL,
    expires_at_ms REAL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Limits of subscriptions that were set over the API.
  CREATE TABLE subscriptions (
    name TEXT PRIMARY KEY,
    limits TEXT NOT NULL             -- SubscriptionLimits as JSON
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Who did what: a row for each job that a request made or changed, or for a request; or for several alike, which it counts.
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,         -- its time and its order, see model/audit.ts
    kind TEXT NOT NULL,              -- of the caller
    token TEXT,
    token_name TEXT,
    subscription TEXT,
    action TEXT,
    job TEXT,
    channel TEXT,
    others TEXT,                     -- what else it concerned, as JSON; null: nothing
    address TEXT,
    request_id TEXT,
    status INTEGER NOT NULL,
    code TEXT,
    count INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX audit_of_subscription ON audit (subscription, seq);
  CREATE INDEX audit_of_job ON audit (job, seq) WHERE job IS NOT NULL;
  CREATE INDEX audit_of_token ON audit (token, seq) WHERE token IS NOT NULL;
  `,
  `
  -- The ids of the jobs that a token is bound to, as JSON; null: it is not bound.
  ALTER TABLE tokens ADD COLUMN jobs TEXT;
  `,
  `
  -- What may not be read of config, sealed; null: config has it still, or there is none.
  ALTER TABLE channels ADD COLUMN secrets TEXT;
  -- Of channels, by subscription, as they were set over the API.
  CREATE TABLE credentials (
    channel TEXT NOT NULL,
    subscription TEXT NOT NULL,
    target TEXT NOT NULL CHECK (target IN ('connector', 'payload')),
    updated_at_ms REAL NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (channel, subscription, target)
  ) STRICT;
  `,
  `
  -- Webhook events, each with the endpoints that receive it; kept for a while after they were forwarded. The body stands last.
  CREATE TABLE webhook_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    subscription TEXT NOT NULL,
    type TEXT NOT NULL,
    job_id TEXT,
    channel TEXT,
    at_ms REAL NOT NULL,
    endpoints TEXT NOT NULL,         -- as JSON
    forwarded_at_ms REAL,            -- null: not yet
    once TEXT UNIQUE,                -- no other event with this text is added
    body TEXT NOT NULL               -- as it is sent
  ) STRICT;
  CREATE INDEX webhook_events_by_age ON webhook_events (forwarded_at_ms, seq);
  CREATE INDEX webhook_events_of_subscription ON webhook_events (subscription, seq);

  -- Events that were forwarded while their endpoint had too many that wait.
  CREATE TABLE webhook_backlog (
    endpoint TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (endpoint, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX webhook_backlog_of_event ON webhook_backlog (seq);
  `,
  `
  CREATE TABLE webhook_endpoints (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL,            -- WebhookEndpointRecord as JSON, without its secrets and its URL
    url TEXT NOT NULL                -- sealed: it may have a token in it
  ) STRICT;

  -- The current one of an endpoint has the largest id.
  CREATE TABLE webhook_secrets (
    id INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL,
    ends_with TEXT NOT NULL,
    created_at_ms REAL NOT NULL,
    expires_at_ms REAL,
    sealed TEXT NOT NULL
  ) STRICT;
  CREATE INDEX webhook_secrets_of_endpoint ON webhook_secrets (endpoint, id);

  -- Which job delivers which event.
  CREATE TABLE webhook_deliveries (
    ref INTEGER NOT NULL,
    item_index INTEGER NOT NULL,
    subscription TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    event_seq INTEGER NOT NULL,
    job_id TEXT,                     -- as of the event
    PRIMARY KEY (ref, item_index)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX webhook_deliveries_of_subscription ON webhook_deliveries (subscription, ref, item_index);
  CREATE INDEX webhook_deliveries_of_event ON webhook_deliveries (event_seq, endpoint);
  CREATE INDEX webhook_deliveries_of_job ON webhook_deliveries (job_id, ref, item_index) WHERE job_id IS NOT NULL;
  `,
  `
  -- Of the item's code and the first line of its error's detail (errorNumber); null: it failed before there was this column.
  ALTER TABLE dead_letters ADD COLUMN error INTEGER;
  `,
  `
  -- What holds for the webhooks of a subscription's jobs. Its secrets are those of the endpoint 'jobs/<subscription>'.
  CREATE TABLE job_webhooks (
    subscription TEXT PRIMARY KEY,
    record TEXT NOT NULL,            -- JobWebhooksRecord as JSON, without its secrets and its key
    url_key TEXT NOT NULL            -- sealed
  ) STRICT;
  -- Of the job's webhook, sealed with its subscription's key; null: the event does not go there.
  ALTER TABLE webhook_events ADD COLUMN job_url TEXT;
  `,
  `
  -- The W3C tracestate of the request that made the job, and whether its calls are part of that trace.
  ALTER TABLE jobs ADD COLUMN tracestate TEXT;
  ALTER TABLE jobs ADD COLUMN continues_trace INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Who may write of a channel, and the order of its jobs. A row outlives its channel: its numbers never go back.
  CREATE TABLE owners (
    channel TEXT PRIMARY KEY,
    term INTEGER NOT NULL,           -- of the last adoption; 0: there was none
    owner INTEGER,                   -- the start that adopted it, by its epoch; null: nobody
    note TEXT,                       -- HandoverNote as JSON, until the next adoption
    last_place INTEGER NOT NULL      -- the last place given in the order of its eligible jobs
  ) STRICT, WITHOUT ROWID;
  -- Places continue above all that were ever given: the keys of a parked item may be skipped up to a place whose job is gone.
  INSERT INTO owners
    SELECT name, epoch, NULL, NULL, eligible_seq FROM (SELECT name FROM channels UNION SELECT channel FROM lanes), meta;
  ALTER TABLE meta DROP COLUMN eligible_seq;
  DROP INDEX jobs_unfinished;
  CREATE INDEX jobs_unfinished ON jobs (channel, eligible_seq, ref) WHERE phase <> 'ended';
  `,
]
