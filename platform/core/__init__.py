"""Session, errors, Registry, clock, ids and words: what every other package stands on."""
