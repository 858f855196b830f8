-- Whoever looks across all credentials asks for ghosts by their state: a few are open among years of those that were dealt with.
CREATE INDEX ghosts_by_state ON ghosts (state, credential, id);
