/** The step of the schema by which several servers have one database open at once, each with the channels that it owns. */
export const ownersStep = `
  -- In the order of the writers of a server that is active meanwhile: it holds a share of owners when it waits for servers.
  LOCK TABLE waybill.owners, waybill.servers IN ACCESS EXCLUSIVE MODE;
  ALTER TABLE waybill.servers
    ADD sharing boolean NOT NULL DEFAULT false,  -- it owns channels beside others; false: it has the whole database, or waits for it
    ADD calls_until timestamptz;                 -- it is fenced, and its calls may run until then; null: none does
  -- No outcome map of the channel carries a higher segment number, nor one above meta.folded_seq.
  ALTER TABLE waybill.owners
    ADD folded_seq bigint NOT NULL DEFAULT 0,
    ADD noted_at timestamptz;                    -- of the note
  CREATE INDEX owners_of_server ON waybill.owners (owner);

  -- One row, which every change of an owner counts up: its lock makes them one after another, so that no reader misses one. Not an insert, which a claim
  -- makes before it locks the owners, and which leaves the channel without one.
  CREATE TABLE waybill.owner_changes (id smallint PRIMARY KEY CHECK (id = 1), changes bigint NOT NULL) WITH (fillfactor = 50);
  INSERT INTO waybill.owner_changes VALUES (1, 0);
  CREATE FUNCTION waybill.count_owner_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE waybill.owner_changes SET changes = changes + 1;
    RETURN NULL;
  END $$;
  CREATE TRIGGER owner_change AFTER DELETE OR UPDATE OF owner, term ON waybill.owners
    FOR EACH STATEMENT EXECUTE FUNCTION waybill.count_owner_change();

  -- Claims those of these channels that no other living server owns. Each statement has a snapshot of its own: behind the locks the owners, and the
  -- servers that they are, are those of now. quiet_until (ms of this database's clock) only grows.
  CREATE FUNCTION waybill.claim_channels(names text[], own bigint, first_term bigint)
    RETURNS TABLE (claimed text, claimed_term bigint, handover_note text, note_age_ms double precision, quiet_ms double precision,
      last_seq bigint)
    LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO waybill.owners (channel, term) SELECT name, 0 FROM unnest(names) AS name ORDER BY name ON CONFLICT DO NOTHING;
    PERFORM 1 FROM waybill.owners o WHERE o.channel = ANY (names) ORDER BY o.channel FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM waybill.owners o LEFT JOIN waybill.servers s ON s.id = o.owner AND s.id <> own
      WHERE o.channel = ANY (names) AND (s.id IS NULL OR s.fenced))
    THEN RETURN; END IF;
    RETURN QUERY
      WITH free AS MATERIALIZED (
        SELECT o.channel, o.note, extract(epoch FROM clock_timestamp() - o.noted_at)::float8 * 1000 AS age,
          greatest(o.quiet_until, extract(epoch FROM s.calls_until)::float8 * 1000,
            (SELECT extract(epoch FROM m.quiet_until)::float8 * 1000 FROM waybill.meta m)) AS quiet,
          greatest(o.folded_seq, (SELECT m.folded_seq FROM waybill.meta m),
            (SELECT g.seq FROM waybill.segments g WHERE g.channel = o.channel ORDER BY g.seq DESC LIMIT 1)) AS seq
        FROM waybill.owners o LEFT JOIN waybill.servers s ON s.id = o.owner AND s.id <> own
        WHERE o.channel = ANY (names) AND (s.id IS NULL OR s.fenced)),
      won AS (
        UPDATE waybill.owners o SET owner = own, term = greatest(o.term + 1, first_term), note = NULL, noted_at = NULL, quiet_until = f.quiet
          FROM free f WHERE o.channel = f.channel RETURNING o.channel, o.term)
      SELECT w.channel, w.term, f.note, f.age, coalesce(greatest(0, f.quiet - extract(epoch FROM clock_timestamp())::float8 * 1000), 0), f.seq
        FROM won w JOIN free f ON f.channel = w.channel;
  END $$;
`
