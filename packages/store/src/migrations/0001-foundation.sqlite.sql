-- The first shape of the store, for SQLite. STRICT, so that a wrong type fails here as it does on PostgreSQL.
-- Rows are projections of events, written in one transaction with them; no foreign keys, because they would dictate the
-- order of the writes in a commit and prove nothing that the core has not decided.

-- `store` in meta says whose tables these are; every migration writes its own number here, in its own transaction.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('store', 'rekey');

CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  data TEXT NOT NULL,
  leaf INTEGER,
  UNIQUE (stream, seq)
) STRICT;
-- `leaf` comes first although it is always null here: ordered by (leaf, position), no other index can be mistaken for it.
CREATE INDEX events_unsealed ON events (leaf, position) WHERE leaf IS NULL;
CREATE UNIQUE INDEX events_leaf ON events (leaf) WHERE leaf IS NOT NULL;

CREATE TABLE streams (
  stream TEXT PRIMARY KEY,
  length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  current_version INTEGER,
  last_version INTEGER NOT NULL,
  open_rotation TEXT,
  next_rotation_ms INTEGER,
  last_rotation_ms INTEGER,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE consumers (
  credential TEXT NOT NULL,
  id TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
  credential TEXT NOT NULL,
  number INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (credential, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE rotations (
  id TEXT PRIMARY KEY,
  credential TEXT NOT NULL,
  phase TEXT NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX rotations_of ON rotations (credential, id);
CREATE UNIQUE INDEX rotations_open ON rotations (credential) WHERE phase <> 'ended';

CREATE TABLE assignments (
  credential TEXT NOT NULL,
  consumer TEXT NOT NULL,
  version INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (credential, consumer)
) STRICT, WITHOUT ROWID;

-- woken_ms: somebody woke the subject while it was leased. The holder may not have seen what happened, so the due time
-- that it writes cannot be later than this.
CREATE TABLE due (
  subject TEXT PRIMARY KEY,
  at_ms INTEGER,
  holder TEXT,
  until_ms INTEGER,
  token INTEGER NOT NULL,
  woken_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (at_ms, subject) WHERE at_ms IS NOT NULL;

CREATE TABLE entries (
  credential TEXT NOT NULL,
  consumer TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (credential, consumer)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
  credential TEXT PRIMARY KEY,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ghosts (
  id TEXT PRIMARY KEY,
  credential TEXT NOT NULL,
  seen_as TEXT NOT NULL,
  version INTEGER,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  count INTEGER NOT NULL,
  state TEXT NOT NULL,
  actor TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ghosts_of ON ghosts (credential, id);

-- One row for all that a consumer did in a bucket: each batch changes one row a consumer and not one a kind of use.
CREATE TABLE buckets (
  credential TEXT NOT NULL,
  bucket_ms INTEGER NOT NULL,
  consumer TEXT NOT NULL,
  cells TEXT NOT NULL,
  PRIMARY KEY (credential, bucket_ms, consumer)
) STRICT, WITHOUT ROWID;
CREATE INDEX buckets_at ON buckets (bucket_ms);

CREATE TABLE batches (
  source TEXT NOT NULL,
  batch TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  PRIMARY KEY (source, batch)
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_at ON batches (received_ms);

CREATE TABLE sealed (
  credential TEXT NOT NULL,
  version INTEGER NOT NULL,
  root_key TEXT NOT NULL,
  wrapped_key BLOB NOT NULL,
  ciphertext BLOB NOT NULL,
  PRIMARY KEY (credential, version)
) STRICT;
CREATE INDEX sealed_under ON sealed (root_key);

CREATE TABLE keys (
  name TEXT PRIMARY KEY,
  root_key TEXT NOT NULL,
  wrapped_key BLOB NOT NULL,
  ciphertext BLOB NOT NULL
) STRICT;

CREATE TABLE tiles (
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (level, n)
) STRICT;

CREATE TABLE log_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  checkpoint TEXT
) STRICT;
INSERT INTO log_state (id, size, checkpoint) VALUES (1, 0, NULL);

INSERT INTO meta (name, value) VALUES ('buckets-closed-until', '0'), ('buckets-digested-until', '0');
