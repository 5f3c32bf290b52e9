-- The schema as it stands: what a new store begins with. An older store comes to the same by the numbered steps beside
-- this file, and a test compares the two. Whoever changes it adds a step, and says the same here.
-- Days are days since 1970-01-01 in Korea; instants are seconds since 1970 UTC; 0 is "not known". Outcomes are the
-- numbers of domain::outcome.

-- ---- What is held ----

-- One outlet in one edition.
CREATE TABLE stream (
    id      INTEGER PRIMARY KEY,
    outlet  TEXT NOT NULL,
    edition TEXT NOT NULL,
    UNIQUE (outlet, edition)
) STRICT;

-- Where rows came from: a file that was imported, a poll, a walk through an archive.
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
    reprint_of INTEGER,
    -- That of its latest text: reprints are looked for among all articles of the days written, and that reads every
    -- page the sketches lie on.
    sketch     BLOB
) STRICT;

-- Covers the denominators of every series.
CREATE INDEX article_day ON article (stream, day, content, length, reprint_of);
CREATE INDEX article_reprint ON article (reprint_of) WHERE reprint_of IS NOT NULL;
CREATE INDEX article_changed ON article (stream, day) WHERE first <> latest;

-- Of which article a text is the measured one: what is found by its words is narrowed by stream and day.
CREATE INDEX article_latest ON article (latest, stream, day);

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
    title         TEXT NOT NULL,
    body          TEXT NOT NULL,
    -- Whether it is the beginning of another text of its article, cut off: then it is not measured.
    cut           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX revision_title ON revision (title_key);
CREATE INDEX revision_article ON revision (article);

-- What pages look up: a text by its hash, texts by when the store first held them, articles that have changed.
CREATE INDEX revision_hash ON revision (hash);
CREATE INDEX revision_held ON revision (held_at);

-- Texts whose day was inferred: they give way to one that is stated.
CREATE INDEX revision_inferred ON revision (title_key) WHERE day_from > 2;

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
    -- By which layout it was read here; empty for imports.
    layout   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (revision, address, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX appearance_address ON appearance (address);

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

-- ---- What it says ----

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
    at      INTEGER NOT NULL,
    -- The words of messages it was read with, and their name. Empty: not read for messages yet.
    rules      TEXT NOT NULL DEFAULT '',
    rules_name TEXT NOT NULL DEFAULT ''
) STRICT;

-- What each text tells of messages, whichever revision of its article is measured. `day` is the one the text states.
CREATE TABLE telling (
    revision  INTEGER NOT NULL REFERENCES revision,
    sender    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    level     TEXT NOT NULL,
    form      TEXT NOT NULL,
    occasion  TEXT NOT NULL,
    reply     INTEGER NOT NULL,
    day       INTEGER,
    digest    INTEGER NOT NULL,
    PRIMARY KEY (revision, sender, recipient)
) STRICT, WITHOUT ROWID;

-- What all measured texts together tell: one row a message, however many articles are on it.
CREATE TABLE message (
    name        TEXT PRIMARY KEY,
    event_day   INTEGER NOT NULL,
    day_from    TEXT NOT NULL,
    published   INTEGER NOT NULL,
    sender      TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    level       TEXT NOT NULL,
    form        TEXT NOT NULL,
    occasion    TEXT NOT NULL,
    reply       INTEGER NOT NULL,
    in_reply_to TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX message_day ON message (event_day);

-- The articles that tell of a message.
CREATE TABLE evidence (
    message TEXT NOT NULL,
    article INTEGER NOT NULL,
    -- What pages show of it, so that a list of all messages need not look each of them up.
    stream  INTEGER NOT NULL DEFAULT 0,
    day     INTEGER NOT NULL DEFAULT 0,
    name    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (message, article)
) STRICT, WITHOUT ROWID;

-- Has a row while tellings have changed since messages were last made of them: what is killed in between leaves its
-- work to the next.
CREATE TABLE ungathered (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;

-- ---- The same, added up by day ----

-- What is held and said, added up by day, so that a page on many years reads a row or two a day and not every article.
-- All of it is derived: a day whose articles change becomes stale, and is added up anew at the end of the transaction,
-- in a bulk at its end and only if that is worth it. Of a stale day the articles themselves are asked, so no sum is ever
-- out of date.

-- `reprint`: 1 for reprints, 0 for all others.
CREATE TABLE held_day (
    stream   INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    content  INTEGER NOT NULL,
    reprint  INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    length   INTEGER NOT NULL,
    PRIMARY KEY (stream, day, content, reprint)
) STRICT, WITHOUT ROWID;

-- The articles of a day that speak of an entity in the same forms. Sets of forms are sums of 1 (name), 2 (office) and
-- 4 (embedded): those it has at all, in the title, in the lead; an article is counted once, in whatever forms are asked
-- for. Mentions are added up by form.
CREATE TABLE said_day (
    entity         INTEGER NOT NULL,
    stream         INTEGER NOT NULL,
    day            INTEGER NOT NULL,
    measured       INTEGER NOT NULL,
    reprint        INTEGER NOT NULL,
    forms          INTEGER NOT NULL,
    titles         INTEGER NOT NULL,
    leads          INTEGER NOT NULL,
    articles       INTEGER NOT NULL,
    names          INTEGER NOT NULL,
    offices        INTEGER NOT NULL,
    embedded       INTEGER NOT NULL,
    title_names    INTEGER NOT NULL,
    title_offices  INTEGER NOT NULL,
    title_embedded INTEGER NOT NULL,
    lead_names     INTEGER NOT NULL,
    lead_offices   INTEGER NOT NULL,
    lead_embedded  INTEGER NOT NULL,
    PRIMARY KEY (entity, stream, day, measured, reprint, forms, titles, leads)
) STRICT, WITHOUT ROWID;

-- Each text that took another's place, with the one before it, and when it was captured first.
CREATE TABLE edit (
    stream  INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    newer   INTEGER NOT NULL,
    older   INTEGER NOT NULL,
    article INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (stream, day, newer)
) STRICT, WITHOUT ROWID;

CREATE TABLE stale_day (
    stream INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    PRIMARY KEY (stream, day)
) STRICT, WITHOUT ROWID;

-- Whatever changes a figure of a day changes a row of an article of that day: a new text, another one that is measured,
-- another day, a reprint. (A recount alone changes tallies only; it makes all days stale.) The days of new articles
-- the writer notes by itself: with a trigger each of their rows would copy its pages first, to be able to go back.
CREATE TRIGGER day_loses_article AFTER DELETE ON article WHEN old.day IS NOT NULL BEGIN
    INSERT OR IGNORE INTO stale_day VALUES (old.stream, old.day);
END;

CREATE TRIGGER day_changes AFTER UPDATE OF stream, day, content, latest, length, reprint_of ON article BEGIN
    INSERT OR IGNORE INTO stale_day SELECT old.stream, old.day WHERE old.day IS NOT NULL;
    INSERT OR IGNORE INTO stale_day SELECT new.stream, new.day WHERE new.day IS NOT NULL;
END;

-- ---- Collecting ----

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

-- What of the lists is not held, and what is gone from them: little of all that was listed.
CREATE INDEX entry_unread ON entry (source, state, day, revision) WHERE revision IS NULL;
CREATE INDEX entry_gone ON entry (source) WHERE state = 3;

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

-- What came of the polls of a day: of forty-eight of them two or three are different.
CREATE TABLE polled_day (
    source  INTEGER NOT NULL REFERENCES source,
    day     INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    PRIMARY KEY (source, day, outcome)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER day_is_polled AFTER INSERT ON poll BEGIN
    INSERT OR IGNORE INTO polled_day VALUES (new.source, new.day, new.outcome);
END;

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
    told   INTEGER NOT NULL DEFAULT 0,
    -- On which entity it is; empty where it is on the source itself.
    subject TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX alarm_open ON alarm (source, kind) WHERE until IS NULL;

-- ---- The past ----

-- The past: archives, what they hold of a source, and how far they were walked. Whatever is done is noted here in the
-- transaction that does it, so that a walk that is killed goes on where it was.

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

-- ---- What analysts say of it ----

-- An analyst's marks, each one line of JSON as it is exported. Nothing is ever changed or taken out: the last mark
-- of a thing holds.
CREATE TABLE mark (
    id   INTEGER PRIMARY KEY,
    line TEXT NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER mark_is_kept BEFORE DELETE ON mark BEGIN SELECT raise(ABORT, 'marks are never deleted'); END;

CREATE TRIGGER mark_is_final BEFORE UPDATE ON mark BEGIN SELECT raise(ABORT, 'marks are never changed'); END;

-- ---- The documented views: what `sinmun sql` and a reader of a backup may rely on ----

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

CREATE VIEW v_message AS
SELECT m.name AS message, date(m.event_day * 86400, 'unixepoch') AS event_day, m.day_from,
       date(m.published * 86400, 'unixepoch') AS published, m.sender, m.recipient, m.level, m.form, m.occasion,
       m.reply, m.in_reply_to,
       -- Ordered by a query inside: an aggregate with an order of its own would keep SQLite before 3.44 from opening the file.
       (SELECT group_concat(article, ' ') FROM (
            SELECT v.article FROM evidence e JOIN v_article v ON v.article_number = e.article
             WHERE e.message = m.name ORDER BY v.day, v.article)) AS evidence
FROM message m;

CREATE VIEW v_mark AS
SELECT line ->> '$.at' AS at, line ->> '$.by' AS by, line ->> '$.why' AS why, line ->> '$.verdict' AS verdict,
       line ->> '$.mention.article' AS article, line ->> '$.mention.revision' AS revision,
       line ->> '$.mention.field' AS field, line ->> '$.mention.start' AS start, line ->> '$.mention.end' AS "end",
       line ->> '$.mention.entity' AS entity, line ->> '$.message' AS message
FROM mark;
