-- The full-text index: a file of its own, derived from the store and rebuilt from it when in doubt.
-- Contentless: the texts stay in the store, rows are numbers of revisions.
CREATE VIRTUAL TABLE words USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
-- The last revision that is indexed; revisions are only ever added.
CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL) STRICT;
INSERT INTO progress VALUES (1, 0);
