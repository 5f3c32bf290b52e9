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
INSERT INTO stale_day SELECT DISTINCT stream, day FROM article WHERE day IS NOT NULL;

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
INSERT INTO polled_day SELECT DISTINCT source, day, outcome FROM poll;

-- What of the lists is not held, and what is gone from them: little of all that was listed.
CREATE INDEX entry_unread ON entry (source, state, day, revision) WHERE revision IS NULL;
CREATE INDEX entry_gone ON entry (source) WHERE state = 3;
-- The articles that have changed, now also by stream.
DROP INDEX article_changed;
CREATE INDEX article_changed ON article (stream, day) WHERE first <> latest;

-- Of which article a text is the measured one: what is found by its words is narrowed by stream and day.
CREATE INDEX article_latest ON article (latest, stream, day);

-- What pages show of the articles that tell of a message, so that a list of all messages need not look each of them up.
ALTER TABLE evidence ADD COLUMN stream INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE evidence SET (stream, day, name) = (
    SELECT n.stream, n.day, v.article FROM v_article v JOIN article n ON n.id = v.article_number
     WHERE v.article_number = evidence.article);
