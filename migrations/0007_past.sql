-- The past: archives, what they hold of a source, and how far they were walked. Whatever is done is noted here in the
-- transaction that does it, so that a walk that is killed goes on where it was.
-- Outcomes are the numbers of domain::outcome; instants are seconds since 1970 UTC; days are days since 1970-01-01.

-- One archive of one source, and whether it is to be left alone for a while.
CREATE TABLE archive (
    id         INTEGER PRIMARY KEY,
    source     INTEGER NOT NULL REFERENCES source,
    name       TEXT NOT NULL,
    failures   INTEGER NOT NULL DEFAULT 0,
    wait_until INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, name)
) STRICT;

-- One list of an archive over one span of days: captures under a prefix, or the lines of a section.
CREATE TABLE archive_list (
    archive   INTEGER NOT NULL REFERENCES archive,
    address   TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day  INTEGER NOT NULL,
    began     INTEGER NOT NULL,
    -- What asks for the page to go on with: a resume key, or a request; NULL for the first.
    next      TEXT,
    page      INTEGER NOT NULL DEFAULT 1,
    lines     INTEGER NOT NULL DEFAULT 0,
    -- The oldest day that was met on it, and when its end (or the first day) was reached.
    reach     INTEGER,
    done_at   INTEGER,
    PRIMARY KEY (archive, address, first_day, last_day)
) STRICT, WITHOUT ROWID;

-- What an archive holds of a source, a row an article's address.
-- `state`: 0 waits to be read, 1 read, 2 no capture of it is content, 3 was held already.
-- `brought`: 0 nothing new, 1 one more appearance of an article, 2 a new text.
CREATE TABLE archived (
    archive  INTEGER NOT NULL REFERENCES archive,
    key      INTEGER NOT NULL,
    -- The day its address tells, and the day it was read as.
    day      INTEGER,
    read_day INTEGER,
    first_at INTEGER NOT NULL,
    -- How often it was asked for in vain: others go first then.
    tries    INTEGER NOT NULL DEFAULT 0,
    state    INTEGER NOT NULL DEFAULT 0,
    brought  INTEGER NOT NULL DEFAULT 0,
    outcome  INTEGER,
    why      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (archive, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX archived_state ON archived (archive, state, tries, first_at);

-- Its captures. An address is kept as the archive gave it: keys of archives are in lower case.
CREATE TABLE archived_capture (
    archive INTEGER NOT NULL,
    key     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    stamp   TEXT NOT NULL,
    url     TEXT NOT NULL,
    digest  TEXT NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    outcome INTEGER,
    PRIMARY KEY (archive, key, at, url),
    FOREIGN KEY (archive, key) REFERENCES archived
) STRICT, WITHOUT ROWID;

-- Days of which every list was walked through: what they list is all that is known of these days.
CREATE TABLE listed_days (
    source    INTEGER NOT NULL REFERENCES source,
    first_day INTEGER NOT NULL,
    last_day  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (source, first_day, last_day)
) STRICT, WITHOUT ROWID;

-- Texts whose day was inferred: they give way to one that is stated.
CREATE INDEX revision_inferred ON revision (title_key) WHERE day_from > 2;

-- Whether a text is the beginning of another of its article, cut off: then it is not measured.
ALTER TABLE revision ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
