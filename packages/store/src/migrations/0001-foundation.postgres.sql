-- The first shape of the store, for PostgreSQL. Text sorts by byte ("C"), so that pages are the same as on SQLite.
-- Rows are projections of events, written in one transaction with them; no foreign keys, because they would dictate the
-- order of the writes in a commit and prove nothing that the core has not decided.

-- `store` in meta says whose tables these are; every migration writes its own number here, in its own transaction.
CREATE TABLE meta (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);
CREATE TABLE migrations (
  number bigint PRIMARY KEY,
  name text COLLATE "C" NOT NULL
);
INSERT INTO meta (name, value) VALUES ('store', 'rekey');

-- A position is given out before its transaction ends, so a higher one may become visible first. Whoever holds a position
-- holds this lock, shared, until its transaction ends; a reader that finds a gap waits for it and looks again.
-- (Rejected: a counter row, which would put all commits in a queue through the disk; and comparing with the oldest
-- transaction of the server, which any other database on it could hold up.)
CREATE SEQUENCE event_positions AS bigint;
CREATE FUNCTION next_position() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared('events'::regclass::oid::bigint);
  RETURN nextval('event_positions');
END $$;

CREATE TABLE events (
  position bigint PRIMARY KEY DEFAULT next_position(),
  stream text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL,
  actor text COLLATE "C" NOT NULL,
  data text NOT NULL,
  leaf bigint,
  UNIQUE (stream, seq)
);
-- `leaf` comes first although it is always null here: ordered by (leaf, position), no other index can be mistaken for it.
CREATE INDEX events_unsealed ON events (leaf, position) WHERE leaf IS NULL;
CREATE UNIQUE INDEX events_leaf ON events (leaf) WHERE leaf IS NOT NULL;

CREATE TABLE streams (
  stream text COLLATE "C" PRIMARY KEY,
  length bigint NOT NULL
);

CREATE TABLE credentials (
  id text COLLATE "C" PRIMARY KEY,
  record text NOT NULL,
  current_version bigint,
  last_version bigint NOT NULL,
  open_rotation text COLLATE "C",
  next_rotation_ms bigint,
  last_rotation_ms bigint,
  seq bigint NOT NULL
);

CREATE TABLE consumers (
  credential text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  record text NOT NULL,
  PRIMARY KEY (credential, id)
);

CREATE TABLE versions (
  credential text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  record text NOT NULL,
  PRIMARY KEY (credential, number)
);

CREATE TABLE rotations (
  id text COLLATE "C" PRIMARY KEY,
  credential text COLLATE "C" NOT NULL,
  phase text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  state text NOT NULL
);
CREATE INDEX rotations_of ON rotations (credential, id);
CREATE UNIQUE INDEX rotations_open ON rotations (credential) WHERE phase <> 'ended';

CREATE TABLE assignments (
  credential text COLLATE "C" NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  since_ms bigint NOT NULL,
  PRIMARY KEY (credential, consumer)
);

-- woken_ms: somebody woke the subject while it was leased. The holder may not have seen what happened, so the due time
-- that it writes cannot be later than this. The fill factor leaves room for a lease to change without touching an index.
CREATE TABLE due (
  subject text COLLATE "C" PRIMARY KEY,
  at_ms bigint,
  holder text COLLATE "C",
  until_ms bigint,
  token bigint NOT NULL,
  woken_ms bigint
) WITH (fillfactor = 70);
CREATE INDEX due_at ON due (at_ms, subject) WHERE at_ms IS NOT NULL;

CREATE TABLE entries (
  credential text COLLATE "C" NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  entry text NOT NULL,
  PRIMARY KEY (credential, consumer)
) WITH (fillfactor = 70);

CREATE TABLE coverage (
  credential text COLLATE "C" PRIMARY KEY,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL
);

CREATE TABLE ghosts (
  id text COLLATE "C" PRIMARY KEY,
  credential text COLLATE "C" NOT NULL,
  seen_as text COLLATE "C" NOT NULL,
  version bigint,
  first_ms bigint NOT NULL,
  last_ms bigint NOT NULL,
  count bigint NOT NULL,
  state text NOT NULL,
  actor text COLLATE "C"
);
CREATE INDEX ghosts_of ON ghosts (credential, id);

-- One row for all that a consumer did in a bucket: each batch changes one row a consumer and not one a kind of use.
CREATE TABLE buckets (
  credential text COLLATE "C" NOT NULL,
  bucket_ms bigint NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  cells text NOT NULL,
  PRIMARY KEY (credential, bucket_ms, consumer)
);
CREATE INDEX buckets_at ON buckets (bucket_ms);

CREATE TABLE batches (
  source text COLLATE "C" NOT NULL,
  batch text COLLATE "C" NOT NULL,
  received_ms bigint NOT NULL,
  PRIMARY KEY (source, batch)
);
CREATE INDEX batches_at ON batches (received_ms);

CREATE TABLE sealed (
  credential text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  root_key text COLLATE "C" NOT NULL,
  wrapped_key bytea NOT NULL,
  ciphertext bytea NOT NULL,
  PRIMARY KEY (credential, version)
);
CREATE INDEX sealed_under ON sealed (root_key);

CREATE TABLE keys (
  name text COLLATE "C" PRIMARY KEY,
  root_key text COLLATE "C" NOT NULL,
  wrapped_key bytea NOT NULL,
  ciphertext bytea NOT NULL
);

CREATE TABLE tiles (
  level bigint NOT NULL,
  n bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (level, n)
);

CREATE TABLE log_state (
  id bigint PRIMARY KEY CHECK (id = 1),
  size bigint NOT NULL,
  checkpoint text
);
INSERT INTO log_state (id, size, checkpoint) VALUES (1, 0, NULL);

INSERT INTO meta (name, value) VALUES ('buckets-closed-until', '0'), ('buckets-digested-until', '0');
