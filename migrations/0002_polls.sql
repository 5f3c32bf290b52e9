-- Collecting: sources, their lists, what waits to be read, and every poll with what came of it.
-- Outcomes are the numbers of domain::outcome; instants are seconds since 1970 UTC.

-- One edition of one site or feed, and how it stands.
CREATE TABLE source (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    stream        INTEGER NOT NULL REFERENCES stream,
    -- 1: its lists hold all there is (a site); 0: what it leaves out is not known (a feed).
    lists_all     INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0,
    outcome       INTEGER,
    why           TEXT NOT NULL DEFAULT '',
    failing_since INTEGER,
    polled_at     INTEGER,
    succeeded_at  INTEGER,
    new_at        INTEGER,
    -- The row of `span` that is being extended.
    span          INTEGER
) STRICT;

-- One list of a source. The validators stand for the first page as it was last read whole.
CREATE TABLE section (
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL REFERENCES source,
    address  TEXT NOT NULL,
    name     TEXT NOT NULL,
    etag     TEXT,
    modified TEXT,
    sha256   BLOB,
    -- When its first page was last asked for without conditions.
    full_at  INTEGER NOT NULL DEFAULT 0,
    seen_at  INTEGER NOT NULL,
    -- The first day since which this list was seen without a gap.
    reach    INTEGER,
    UNIQUE (source, address)
) STRICT;

-- Everything a source has listed. `state`: 0 waits to be read, 1 read, 2 photos or a film, 3 gone.
CREATE TABLE entry (
    source       INTEGER NOT NULL REFERENCES source,
    key          INTEGER NOT NULL,
    url          TEXT NOT NULL,
    title        TEXT NOT NULL,
    day          INTEGER,
    day_from     INTEGER NOT NULL,
    -- Counts down the list: of two entries of one day the higher place is the older.
    place        INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    -- When it is to be read, or looked at again.
    next_at      INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    outcome      INTEGER,
    why          TEXT NOT NULL DEFAULT '',
    read_at      INTEGER,
    looks        INTEGER NOT NULL DEFAULT 0,
    misses       INTEGER NOT NULL DEFAULT 0,
    missed_since INTEGER,
    revision     INTEGER REFERENCES revision,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_due ON entry (source, state, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX entry_day ON entry (source, day, state);

-- Which entries stood on which list: by it two lists are seen to overlap.
CREATE TABLE listed (
    section INTEGER NOT NULL REFERENCES section,
    key     INTEGER NOT NULL,
    PRIMARY KEY (section, key)
) STRICT, WITHOUT ROWID;

-- Days of which every list was seen without a gap: from `first_day` to those that ended before `last_at`.
CREATE TABLE span (
    id        INTEGER PRIMARY KEY,
    source    INTEGER NOT NULL REFERENCES source,
    first_day INTEGER NOT NULL,
    last_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX span_source ON span (source);

-- Where a list no longer overlapped the one before it, and its pages could not be walked back.
CREATE TABLE gap (
    id      INTEGER PRIMARY KEY,
    source  INTEGER NOT NULL REFERENCES source,
    section TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at   INTEGER NOT NULL,
    why     TEXT NOT NULL
) STRICT;

-- Every poll. `day` is the Korean day it began on.
CREATE TABLE poll (
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL REFERENCES source,
    day      INTEGER NOT NULL,
    began    INTEGER NOT NULL,
    ended    INTEGER NOT NULL,
    outcome  INTEGER NOT NULL,
    why      TEXT NOT NULL,
    sections INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    listed   INTEGER NOT NULL,
    new      INTEGER NOT NULL,
    read     INTEGER NOT NULL,
    revised  INTEGER NOT NULL,
    failed   INTEGER NOT NULL
) STRICT;
CREATE INDEX poll_day ON poll (source, day, outcome);

-- Pages that were no content, kept for better rules and for a person: 30 days.
CREATE TABLE page (
    id      INTEGER PRIMARY KEY,
    source  INTEGER NOT NULL REFERENCES source,
    -- 0 a menu, 1 a list, 2 an article, 3 a feed.
    kind    INTEGER NOT NULL,
    url     TEXT NOT NULL,
    section TEXT NOT NULL,
    at      INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    why     TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES capture,
    reread  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX page_source ON page (source, at);

-- What a person has to know. `until` is NULL while it lasts.
CREATE TABLE alarm (
    id     INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source,
    kind   TEXT NOT NULL,
    since  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    until  INTEGER,
    detail TEXT NOT NULL,
    -- Whether its beginning and its end have been sent to the webhook.
    told   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alarm_open ON alarm (source, kind) WHERE until IS NULL;

-- By which layout a text was read at a place; empty for imports.
ALTER TABLE appearance ADD COLUMN layout TEXT NOT NULL DEFAULT '';

-- Days with articles, by now with what polls know of them: whether every list was seen whole after the day's end, and
-- how many of its articles wait to be read. (Korea is nine hours ahead since 2018.)
DROP VIEW v_coverage;
CREATE VIEW v_coverage AS
SELECT s.outlet, s.edition, date(a.day * 86400, 'unixepoch') AS day,
       sum(a.content = 3) AS articles, sum(a.content = 1) AS headline_only,
       sum(a.content = 2) AS missing, sum(a.content = 0) AS media,
       EXISTS (SELECT 1 FROM declaration d WHERE d.stream = a.stream AND a.day BETWEEN d.first AND d.last) AS declared,
       EXISTS (SELECT 1 FROM span p JOIN source o ON o.id = p.source
                WHERE o.stream = a.stream AND o.lists_all AND p.first_day <= a.day
                  AND p.last_at >= (a.day + 1) * 86400 - 32400) AS listed_whole,
       (SELECT count(*) FROM entry e JOIN source o ON o.id = e.source
         WHERE o.stream = a.stream AND e.state = 0 AND e.day = a.day) AS waiting
FROM article a
JOIN stream s ON s.id = a.stream
WHERE a.day IS NOT NULL
GROUP BY a.stream, a.day;

CREATE VIEW v_poll AS
SELECT s.name AS source, datetime(p.began, 'unixepoch') AS began, datetime(p.ended, 'unixepoch') AS ended,
       date(p.day * 86400, 'unixepoch') AS day,
       CASE p.outcome WHEN 0 THEN 'content' WHEN 1 THEN 'unchanged' WHEN 2 THEN 'empty-list' WHEN 3 THEN 'blocked'
            WHEN 4 THEN 'maintenance' WHEN 5 THEN 'wrong-article' WHEN 6 THEN 'wrong-language' WHEN 7 THEN 'wrong-page'
            WHEN 8 THEN 'too-large' WHEN 9 THEN 'cut-off' WHEN 10 THEN 'layout-broken' WHEN 11 THEN 'suspect'
            WHEN 12 THEN 'not-found' WHEN 13 THEN 'rate-limited' WHEN 14 THEN 'server-error' WHEN 15 THEN 'refused'
            WHEN 16 THEN 'redirected' WHEN 17 THEN 'forbidden' WHEN 18 THEN 'robots' WHEN 19 THEN 'timed-out'
            WHEN 20 THEN 'unreachable' WHEN 21 THEN 'proxy' WHEN 22 THEN 'offline' WHEN 23 THEN 'protocol'
            WHEN 24 THEN 'aborted' END AS outcome,
       p.why, p.sections, p.requests, p.bytes, p.listed,
       p.new, p.read, p.revised, p.failed
FROM poll p
JOIN source s ON s.id = p.source;
