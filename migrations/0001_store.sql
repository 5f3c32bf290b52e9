-- The first schema. Migrations are only ever added, never edited.
-- Days are days since 1970-01-01 in Korea; instants are seconds since 1970 UTC; 0 is "not known".

-- One outlet in one edition.
CREATE TABLE stream (
    id      INTEGER PRIMARY KEY,
    outlet  TEXT NOT NULL,
    edition TEXT NOT NULL,
    UNIQUE (outlet, edition)
) STRICT;

-- Where rows came from: an import of a file (later also polls and backfills).
CREATE TABLE origin (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    sha256  TEXT,
    at      INTEGER NOT NULL
) STRICT;

-- Raw bytes as they were given, zstd, identical ones once.
CREATE TABLE capture (
    id      INTEGER PRIMARY KEY,
    sha256  BLOB NOT NULL UNIQUE,
    bytes   INTEGER NOT NULL,
    zstd    BLOB NOT NULL
) STRICT;

-- One article: a set of texts that are the same (domain::identity).
CREATE TABLE article (
    id         INTEGER PRIMARY KEY,
    stream     INTEGER NOT NULL REFERENCES stream,
    day        INTEGER,
    day_from   INTEGER NOT NULL,
    content    INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    latest     INTEGER NOT NULL,
    length     INTEGER NOT NULL,
    flags      INTEGER NOT NULL,
    reprint_of INTEGER
) STRICT;
-- Covers the denominators of every series.
CREATE INDEX article_day ON article (stream, day, content, length, reprint_of);
CREATE INDEX article_reprint ON article (reprint_of) WHERE reprint_of IS NOT NULL;

-- One distinct text of an article, or one item without a body.
CREATE TABLE revision (
    id            INTEGER PRIMARY KEY,
    article       INTEGER NOT NULL REFERENCES article,
    content       INTEGER NOT NULL,
    title_key     INTEGER NOT NULL,
    hash          BLOB NOT NULL,
    day_from      INTEGER NOT NULL,
    captured_from INTEGER NOT NULL,
    captured_to   INTEGER NOT NULL,
    held_at       INTEGER NOT NULL,
    length        INTEGER NOT NULL,
    sketch        BLOB,
    title         TEXT NOT NULL,
    body          TEXT NOT NULL
) STRICT;
CREATE INDEX revision_title ON revision (title_key);
CREATE INDEX revision_article ON revision (article);

-- Each place a text was found at.
CREATE TABLE appearance (
    revision INTEGER NOT NULL REFERENCES revision,
    address  INTEGER NOT NULL,
    section  TEXT NOT NULL,
    url      TEXT NOT NULL,
    origin   INTEGER NOT NULL REFERENCES origin,
    line     INTEGER NOT NULL,
    captured INTEGER NOT NULL,
    capture  INTEGER REFERENCES capture,
    PRIMARY KEY (revision, address, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX appearance_address ON appearance (address);

CREATE TABLE entity (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- What each text says of each entity. `measured`: 0 another revision is, 1 as a full text, 2 by headline alone.
CREATE TABLE tally (
    entity   INTEGER NOT NULL,
    measured INTEGER NOT NULL,
    stream   INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    form     INTEGER NOT NULL,
    article  INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    in_title INTEGER NOT NULL,
    in_lead  INTEGER NOT NULL,
    PRIMARY KEY (entity, measured, stream, day, revision, form)
) STRICT, WITHOUT ROWID;

-- Every way of counting this store has been counted by, with its lexicon; the last one holds.
CREATE TABLE method (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    lexicon TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- Spans a person declared complete.
CREATE TABLE declaration (
    stream INTEGER NOT NULL REFERENCES stream,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin,
    PRIMARY KEY (stream, first, last)
) STRICT, WITHOUT ROWID;

-- Days written since reprints were last looked for: an import that is killed leaves its work to the next.
CREATE TABLE unsearched (
    edition TEXT PRIMARY KEY,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Confirmed pairs of similar articles; clusters are their connected components.
CREATE TABLE reprint_pair (
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

-- The documented views: what `sinmun sql` and a reader of a backup may rely on.

CREATE VIEW v_article AS
SELECT s.outlet || '-' || s.edition || '-' || coalesce(strftime('%Y%m%d', a.day * 86400, 'unixepoch'), 'undated')
           || '-' || lower(hex(substr(f.hash, 1, 4))) AS article,
       s.outlet, s.edition,
       date(a.day * 86400, 'unixepoch') AS day,
       CASE a.day_from WHEN 0 THEN 'page' WHEN 1 THEN 'list' WHEN 2 THEN 'archive' WHEN 3 THEN 'feed'
            WHEN 4 THEN 'url' WHEN 5 THEN 'dateline' WHEN 6 THEN 'implausible' ELSE 'none' END AS day_from,
       CASE a.content WHEN 0 THEN 'media' WHEN 1 THEN 'headline-only' WHEN 2 THEN 'missing' ELSE 'full' END AS content,
       l.title, l.body, a.length,
       (SELECT count(*) FROM revision r WHERE r.article = a.id) AS revisions,
       (SELECT count(*) FROM revision r JOIN appearance p ON p.revision = r.id WHERE r.article = a.id) AS appearances,
       (SELECT p.url FROM appearance p JOIN revision r ON r.id = p.revision
         WHERE r.article = a.id AND p.url <> '' ORDER BY p.url LIMIT 1) AS url,
       a.flags & 1 AS id_reused,
       a.reprint_of IS NOT NULL AS reprint,
       a.id AS article_number
FROM article a
JOIN stream s ON s.id = a.stream
JOIN revision f ON f.id = a.first
JOIN revision l ON l.id = a.latest;

CREATE VIEW v_mention AS
SELECT s.outlet, s.edition, date(t.day * 86400, 'unixepoch') AS day, e.name AS entity,
       CASE t.form WHEN 0 THEN 'name' WHEN 1 THEN 'office' ELSE 'embedded' END AS form,
       t.mentions, t.in_title, t.in_lead, t.measured = 2 AS headline_only, t.article AS article_number
FROM tally t
JOIN entity e ON e.id = t.entity
JOIN stream s ON s.id = t.stream
WHERE t.measured > 0;

CREATE VIEW v_daily AS
SELECT s.outlet, s.edition, date(t.day * 86400, 'unixepoch') AS day, e.name AS entity,
       CASE t.form WHEN 0 THEN 'name' WHEN 1 THEN 'office' ELSE 'embedded' END AS form,
       sum(t.mentions) AS mentions, count(*) AS articles
FROM tally t
JOIN entity e ON e.id = t.entity
JOIN stream s ON s.id = t.stream
WHERE t.measured = 1
GROUP BY t.stream, t.day, t.entity, t.form;

CREATE VIEW v_coverage AS
SELECT s.outlet, s.edition, date(a.day * 86400, 'unixepoch') AS day,
       sum(a.content = 3) AS articles, sum(a.content = 1) AS headline_only,
       sum(a.content = 2) AS missing, sum(a.content = 0) AS media,
       EXISTS (SELECT 1 FROM declaration d WHERE d.stream = a.stream AND a.day BETWEEN d.first AND d.last) AS declared
FROM article a
JOIN stream s ON s.id = a.stream
WHERE a.day IS NOT NULL
GROUP BY a.stream, a.day;
