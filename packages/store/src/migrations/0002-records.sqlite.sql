-- What the control plane keeps beside rotations: people, tokens, agents, answers to repeated requests, nonces. What they hold is
-- JSON, because no query asks for more of them than kind and id.

-- put_by: the mark of the call that put it, where its COMMIT may have been left without an answer.
CREATE TABLE records (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  record TEXT NOT NULL,
  expires_ms INTEGER,
  put_by TEXT,
  PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX records_expiring ON records (expires_ms) WHERE expires_ms IS NOT NULL;
