-- What pages look up: a text by its hash, texts by when the store first held them, articles that have changed.
CREATE INDEX revision_hash ON revision (hash);
CREATE INDEX revision_held ON revision (held_at);
CREATE INDEX article_changed ON article (day) WHERE first <> latest;
