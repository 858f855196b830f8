-- When a consumer last worked, whatever the version, beside what the ledger keeps by version: rare paths may not run for many of them.
ALTER TABLE entries ADD COLUMN worked_ms INTEGER;
