-- Messages between leaders. Both tables are derived: `recount` makes them anew from the stored texts.

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
    PRIMARY KEY (message, article)
) STRICT, WITHOUT ROWID;

-- Has a row while tellings have changed since messages were last made of them: what is killed in between leaves its
-- work to the next.
CREATE TABLE ungathered (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;

-- The words of messages a store was counted with, and their name, beside its lexicon. Empty: not read for messages yet.
ALTER TABLE method ADD COLUMN rules TEXT NOT NULL DEFAULT '';
ALTER TABLE method ADD COLUMN rules_name TEXT NOT NULL DEFAULT '';

CREATE VIEW v_message AS
SELECT m.name AS message, date(m.event_day * 86400, 'unixepoch') AS event_day, m.day_from,
       date(m.published * 86400, 'unixepoch') AS published, m.sender, m.recipient, m.level, m.form, m.occasion,
       m.reply, m.in_reply_to,
       -- Ordered by a query inside: an aggregate with an order of its own would keep SQLite before 3.44 from opening the file.
       (SELECT group_concat(article, ' ') FROM (
            SELECT v.article FROM evidence e JOIN v_article v ON v.article_number = e.article
             WHERE e.message = m.name ORDER BY v.day, v.article)) AS evidence
FROM message m;
