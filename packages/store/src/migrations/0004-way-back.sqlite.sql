-- Whether a credential's way back was ever tried is part of whether it is ready; what ended on the way back before this is found once.
ALTER TABLE credentials ADD COLUMN last_rollback_ms INTEGER;
UPDATE credentials SET last_rollback_ms = (
  SELECT max(json_extract(state, '$.endedMs')) FROM rotations
  WHERE rotations.credential = credentials.id AND json_extract(state, '$.ending') = 'rolled-back'
);
