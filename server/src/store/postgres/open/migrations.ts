import { ownersStep } from './owners-step.ts'

/**
 * The schema, as the steps that led to it: step n takes a database from version n to n + 1 (the table `migrations`), all missing ones in one
 * transaction. A step that was released is never edited: what follows is a new one, and additive for one release, as two versions may run.
 *
 * Ids and names sort by their bytes (`COLLATE "C"`), as in every other store. JSON is kept as text: `jsonb` refuses \u0000. Columns of bytes are
 * not compressed (`EXTERNAL`): that costs more than the bytes.
 */
export const migrations: readonly string[] = [
  `
  -- One row: what must never go back.
  CREATE TABLE waybill.meta (
    id smallint PRIMARY KEY CHECK (id = 1),
    epoch bigint NOT NULL,            -- the last start's number
    ref_ceiling bigint NOT NULL,      -- job refs below it may have been given
    folded_seq bigint NOT NULL,       -- no outcome map carries a higher segment number
    server_key bytea NOT NULL         -- what page tokens are signed with
  );

  -- A row for each start of a server, and how often it was seen alive.
  CREATE TABLE waybill.servers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text NOT NULL,
    boot_id text NOT NULL,            -- the boot and the processes that its process is one of; '': unknown
    process text NOT NULL,            -- which of these
    fenced boolean NOT NULL DEFAULT false,
    draining boolean NOT NULL DEFAULT false,
    config_hash text NOT NULL,
    session bigint NOT NULL,          -- counts the connections of its writer: those before the last write nothing
    last_write bigint NOT NULL        -- the number of its last transaction
  ) WITH (fillfactor = 50);
  CREATE TABLE waybill.beats (
    server bigint PRIMARY KEY REFERENCES waybill.servers ON DELETE CASCADE,
    beat bigint NOT NULL,
    load double precision NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);

  -- Who runs a channel.
  CREATE TABLE waybill.owners (
    channel text COLLATE "C" PRIMARY KEY,
    owner bigint,
    term bigint NOT NULL,
    quiet_until double precision,
    note text                         -- HandoverNote as JSON
  );

  -- A subscription's way to a channel, as a number: jobs and dead letters are looked for by it.
  CREATE TABLE waybill.lanes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    UNIQUE (subscription, channel)
  );

  CREATE TABLE waybill.jobs (
    ref bigint PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    subscription text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    lane bigint NOT NULL,
    source text COLLATE "C",
    phase text COLLATE "C" NOT NULL CHECK (phase IN ('open', 'waiting', 'eligible', 'ended')),
    outcome text COLLATE "C",
    total bigint NOT NULL,
    place bigint NOT NULL,            -- in the order of the channel's eligible jobs; 0: none
    created_at_ms double precision NOT NULL,
    touched_at_ms double precision NOT NULL,
    sealed_at_ms double precision,
    paused_at_ms double precision,
    released_at_ms double precision,
    retained_until_ms double precision, -- null until it has ended
    retry_of text COLLATE "C",
    traceparent text,
    tracestate text,
    continues_trace smallint NOT NULL,
    execution_id text COLLATE "C",
    object_type text COLLATE "C" NOT NULL,    -- these three as in the envelope
    retain_for_seconds double precision NOT NULL,
    metadata text,
    stop text,                        -- StopMark as JSON
    ending text,                      -- JobEnd as JSON
    envelope text NOT NULL            -- Envelope as JSON
  );
  CREATE INDEX jobs_of_subscription ON waybill.jobs (subscription, id);
  CREATE INDEX jobs_unfinished ON waybill.jobs (channel, place, ref) WHERE phase <> 'ended';
  CREATE UNIQUE INDEX jobs_by_place ON waybill.jobs (channel, place) WHERE place > 0;
  CREATE INDEX jobs_of_lane ON waybill.jobs (lane, place, phase, ref);
  CREATE INDEX jobs_of_execution ON waybill.jobs (subscription, execution_id, id) WHERE execution_id IS NOT NULL;
  CREATE INDEX jobs_by_retention ON waybill.jobs (retained_until_ms, ref) WHERE retained_until_ms IS NOT NULL;

  -- How jobs ended that are deleted: what depends on them still asks.
  CREATE TABLE waybill.job_outcomes (
    id text COLLATE "C" PRIMARY KEY,
    subscription text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL
  );

  -- Kept as long as one of its jobs; those that jobs only name have no stages.
  CREATE TABLE waybill.executions (
    subscription text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    created_at_ms double precision NOT NULL,
    stages text NOT NULL,             -- as JSON
    PRIMARY KEY (subscription, id)
  );
  CREATE INDEX executions_by_age ON waybill.executions (subscription, created_at_ms, id);

  -- Jobs that have chunks and are not published yet; open jobs of which a part was begun; and those whose rows are being removed.
  CREATE TABLE waybill.drafts (ref bigint PRIMARY KEY, server bigint NOT NULL);
  CREATE TABLE waybill.part_drafts (ref bigint PRIMARY KEY, abandoned boolean NOT NULL);
  CREATE TABLE waybill.removals (ref bigint PRIMARY KEY);

  CREATE TABLE waybill.chunks (
    ref bigint NOT NULL,
    chunk bigint NOT NULL,
    first_index bigint NOT NULL,
    count bigint NOT NULL,
    keys bytea NOT NULL,
    ids bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (ref, chunk)
  );
  ALTER TABLE waybill.chunks ALTER keys SET STORAGE EXTERNAL, ALTER ids SET STORAGE EXTERNAL, ALTER body SET STORAGE EXTERNAL;
  CREATE UNIQUE INDEX chunks_by_index ON waybill.chunks (ref, first_index);

  -- A row for each channel of a commit, until what it says stands in outcome_maps and calls.
  CREATE TABLE waybill.segments (
    channel text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    records bytea NOT NULL,           -- as in model/outcome-batch.ts
    details bytea,
    PRIMARY KEY (channel, seq)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
  ALTER TABLE waybill.segments ALTER records SET STORAGE EXTERNAL, ALTER details SET STORAGE EXTERNAL;

  -- Per chunk the last verdict of each item, and plain first calls whole: see outcomes/chunk-map.ts.
  CREATE TABLE waybill.outcome_maps (
    ref bigint NOT NULL,
    chunk bigint NOT NULL,
    epoch bigint NOT NULL,            -- of the calls that stand in the entries
    base_ms double precision NOT NULL,
    folded_seq bigint NOT NULL,       -- segments up to here are in
    succeeded bigint NOT NULL,
    failed bigint NOT NULL,
    cancelled bigint NOT NULL,
    waiting bigint NOT NULL,
    first_started_at_ms double precision,
    last_ended_at_ms double precision,
    entries bytea NOT NULL,
    PRIMARY KEY (ref, chunk)
  );
  ALTER TABLE waybill.outcome_maps ALTER entries SET STORAGE EXTERNAL;

  -- The calls that no entry can hold, in the order of their commits.
  CREATE TABLE waybill.calls (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ref bigint NOT NULL,
    chunk bigint NOT NULL,
    records bytea NOT NULL,
    details bytea
  );
  ALTER TABLE waybill.calls ALTER records SET STORAGE EXTERNAL, ALTER details SET STORAGE EXTERNAL;
  CREATE INDEX calls_of_chunk ON waybill.calls (ref, chunk, id);

  -- A row for each failed item. Each index ends in seq, the order of every answer.
  CREATE TABLE waybill.dead_letters (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    ref bigint NOT NULL,
    item_index bigint NOT NULL,
    lane bigint NOT NULL,
    failed_at_ms double precision NOT NULL,
    key_hash bytea,                   -- as in chunks.keys; null: no key
    code text COLLATE "C" NOT NULL,
    error bigint,
    PRIMARY KEY (lane, seq)
  );
  CREATE INDEX dead_letters_of_job ON waybill.dead_letters (ref, seq);
  CREATE INDEX dead_letters_of_code ON waybill.dead_letters (lane, code, seq);
  CREATE INDEX dead_letters_of_key ON waybill.dead_letters (key_hash, seq) WHERE key_hash IS NOT NULL;

  -- Which items of a job another one tries again: a bit for each of the 1,024 items of a block. The last row counts.
  CREATE TABLE waybill.retries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ref bigint NOT NULL,
    block bigint NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    items bytea NOT NULL
  );
  CREATE INDEX retries_of_block ON waybill.retries (ref, block, id);

  -- New data of items, each in its whole line: the last row of an item counts, in place of its line in the chunk.
  CREATE TABLE waybill.replacements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ref bigint NOT NULL,
    item_index bigint NOT NULL,
    attempt bigint NOT NULL,          -- calls that the item had before
    at_ms double precision NOT NULL,
    by_whom text NOT NULL,
    line bytea NOT NULL
  );
  ALTER TABLE waybill.replacements ALTER line SET STORAGE EXTERNAL;
  CREATE INDEX replacements_of_item ON waybill.replacements (ref, item_index, id);

  CREATE TABLE waybill.idempotency (
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    created_at_ms double precision NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    deleted smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, key)
  );
  CREATE INDEX idempotency_of_job ON waybill.idempotency (job_id);
  CREATE INDEX idempotency_by_age ON waybill.idempotency (created_at_ms);

  CREATE TABLE waybill.channels (
    name text COLLATE "C" PRIMARY KEY,
    "row" bigint GENERATED ALWAYS AS IDENTITY,
    config text,                      -- ChannelConfig as JSON, without what is secret
    secrets text,                     -- that, sealed
    version bigint NOT NULL DEFAULT 0,
    paused smallint NOT NULL DEFAULT 0,
    used smallint NOT NULL DEFAULT 0,
    last_place bigint NOT NULL DEFAULT 0,  -- the last place given in the order of its eligible jobs
    unblocked_at_ms double precision,
    tat_unit_us double precision,
    tat_at_ms double precision,
    tat_at_us double precision,
    tat_boot_id text
  );
  CREATE TABLE waybill.credentials (
    channel text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL CHECK (target IN ('connector', 'payload')),
    "row" bigint GENERATED ALWAYS AS IDENTITY,
    updated_at_ms double precision NOT NULL,
    sealed text NOT NULL,
    PRIMARY KEY (channel, subscription, target)
  );

  CREATE TABLE waybill.tokens (
    id text COLLATE "C" PRIMARY KEY,
    hash bytea NOT NULL,              -- SHA-256 of the text, which is nowhere
    name text NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    scopes text NOT NULL,             -- as JSON
    jobs text,                        -- as JSON; null: not bound to jobs
    created_at_ms double precision NOT NULL,
    created_by text NOT NULL,
    expires_at_ms double precision
  );
  CREATE TABLE waybill.subscriptions (
    name text COLLATE "C" PRIMARY KEY,
    limits text NOT NULL              -- SubscriptionLimits as JSON
  );

  -- Who did what: a row for each job that a request made or changed, or for a request; or for several alike, which it counts.
  CREATE TABLE waybill.audit (
    seq bigint PRIMARY KEY,           -- its time and its order, see model/audit.ts
    kind text NOT NULL,
    token text COLLATE "C",
    token_name text,
    subscription text COLLATE "C",
    action text,
    job text COLLATE "C",
    channel text COLLATE "C",
    others text,
    address text,
    request_id text,
    status integer NOT NULL,
    code text,
    count bigint NOT NULL
  );
  CREATE INDEX audit_of_subscription ON waybill.audit (subscription, seq);
  CREATE INDEX audit_of_job ON waybill.audit (job, seq) WHERE job IS NOT NULL;
  CREATE INDEX audit_of_token ON waybill.audit (token, seq) WHERE token IS NOT NULL;

  CREATE TABLE waybill.webhook_events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    job_id text COLLATE "C",
    channel text COLLATE "C",
    at_ms double precision NOT NULL,
    endpoints text NOT NULL,          -- as JSON
    forwarded_at_ms double precision, -- null: not yet
    once text COLLATE "C" UNIQUE,     -- no other event with this text is added
    body text NOT NULL,
    job_url text                      -- sealed; null: the event does not go there
  );
  CREATE INDEX webhook_events_waiting ON waybill.webhook_events (seq) WHERE forwarded_at_ms IS NULL;
  CREATE INDEX webhook_events_by_age ON waybill.webhook_events (forwarded_at_ms, seq) WHERE forwarded_at_ms IS NOT NULL;
  CREATE INDEX webhook_events_of_subscription ON waybill.webhook_events (subscription, seq);
  CREATE TABLE waybill.webhook_backlog (
    endpoint text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (endpoint, seq)
  );
  CREATE INDEX webhook_backlog_of_event ON waybill.webhook_backlog (seq);
  CREATE TABLE waybill.webhook_endpoints (
    id text COLLATE "C" PRIMARY KEY,
    "row" bigint GENERATED ALWAYS AS IDENTITY,
    record text NOT NULL,
    url text NOT NULL                 -- sealed
  );
  -- The current one of an endpoint has the largest id.
  CREATE TABLE waybill.webhook_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint text COLLATE "C" NOT NULL,
    ends_with text NOT NULL,
    created_at_ms double precision NOT NULL,
    expires_at_ms double precision,
    sealed text NOT NULL
  );
  CREATE INDEX webhook_secrets_of_endpoint ON waybill.webhook_secrets (endpoint, id);
  CREATE TABLE waybill.webhook_deliveries (
    ref bigint NOT NULL,
    item_index bigint NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    endpoint text COLLATE "C" NOT NULL,
    event_seq bigint NOT NULL,
    job_id text COLLATE "C",
    PRIMARY KEY (ref, item_index)
  );
  CREATE INDEX webhook_deliveries_of_subscription ON waybill.webhook_deliveries (subscription, ref, item_index);
  CREATE INDEX webhook_deliveries_of_event ON waybill.webhook_deliveries (event_seq, endpoint);
  CREATE INDEX webhook_deliveries_of_job ON waybill.webhook_deliveries (job_id, ref, item_index) WHERE job_id IS NOT NULL;
  CREATE TABLE waybill.job_webhooks (
    subscription text COLLATE "C" PRIMARY KEY,
    "row" bigint GENERATED ALWAYS AS IDENTITY,
    record text NOT NULL,
    url_key text NOT NULL             -- sealed
  );

  -- A statement that finds nothing is no error, and the COMMIT behind it would be carried out: these raise.
  CREATE FUNCTION waybill.require_rows(found_rows bigint, required bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF found_rows <> required THEN RAISE EXCEPTION 'rows are missing' USING ERRCODE = 'WB001'; END IF;
  END $$;
  -- The rows stay locked until the end: who takes a channel over waits for what its owner is about to commit.
  CREATE FUNCTION waybill.require_terms(names text[], own_terms bigint[], own bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    stale text[];
  BEGIN
    PERFORM 1 FROM waybill.owners WHERE channel = ANY (names) ORDER BY channel FOR SHARE;
    SELECT array_agg(w.name ORDER BY w.n) INTO stale
      FROM unnest(names, own_terms) WITH ORDINALITY AS w (name, term, n)
      WHERE NOT EXISTS (SELECT 1 FROM waybill.owners o WHERE o.channel = w.name AND o.term = w.term AND o.owner = own);
    IF stale IS NOT NULL THEN
      RAISE EXCEPTION 'another owner has taken over' USING ERRCODE = 'WB003', DETAIL = array_to_json(stale)::text;
    END IF;
  END $$;
  CREATE FUNCTION waybill.hold_server(own bigint, of_session bigint, write bigint, confirmed bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    before bigint;
  BEGIN
    SELECT last_write INTO before FROM waybill.servers WHERE id = own AND session = of_session AND NOT fenced FOR NO KEY UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'another server has taken over' USING ERRCODE = 'WB002'; END IF;
    IF before < confirmed THEN RAISE EXCEPTION 'confirmed commits are lost' USING ERRCODE = 'WB004'; END IF;
    UPDATE waybill.servers SET last_write = write WHERE id = own;
  END $$;
  `,
  `
  -- Several servers of one database: one is active, the others wait. Rows of earlier versions are of the one server that there was.
  ALTER TABLE waybill.servers
    ADD active boolean NOT NULL DEFAULT true,
    ADD name text NOT NULL DEFAULT '',
    ADD version text NOT NULL DEFAULT '',
    ADD public_url text NOT NULL DEFAULT '',
    ADD started_at timestamptz NOT NULL DEFAULT now(),
    ADD lease_ms double precision,          -- how long it may be silent; null: as long as who asks
    ADD longest_call_ms double precision,   -- no call of it takes longer; null: unknown
    ADD taken_at timestamptz,               -- when it took the database from another server
    ADD taken_from bigint,
    ADD taken_proof text COLLATE "C" CHECK (taken_proof IN ('lease', 'process', 'handover')),
    ADD quiet_until timestamptz;            -- it calls nothing before
  ALTER TABLE waybill.beats ADD at timestamptz NOT NULL DEFAULT now();
  -- Never goes back: whoever has the database calls nothing before, as calls of those before may still run.
  ALTER TABLE waybill.meta ADD quiet_until timestamptz;
  -- It ends with the own row: a fence that came first makes it fail, and one that comes later finds another beat.
  CREATE FUNCTION waybill.beat(own bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE waybill.beats SET beat = beat + 1, at = clock_timestamp() WHERE server = own;
    IF NOT FOUND THEN RAISE EXCEPTION 'the server is gone' USING ERRCODE = 'WB002'; END IF;
    PERFORM 1 FROM waybill.servers WHERE id = own AND NOT fenced FOR SHARE;
    IF NOT FOUND THEN RAISE EXCEPTION 'another server has taken over' USING ERRCODE = 'WB002'; END IF;
  END $$;
  `,
  ownersStep,
]
