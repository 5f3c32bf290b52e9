-- What the texts say that an operator wants to know, and what an analyst says of what was counted.

-- On which entity an alarm is; empty where it is on the source itself.
ALTER TABLE alarm ADD COLUMN subject TEXT NOT NULL DEFAULT '';

-- An analyst's marks, each one line of JSON as it is exported. Nothing is ever changed or taken out: the last mark
-- of a thing holds.
CREATE TABLE mark (
    id   INTEGER PRIMARY KEY,
    line TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER mark_is_kept BEFORE DELETE ON mark BEGIN SELECT raise(ABORT, 'marks are never deleted'); END;
CREATE TRIGGER mark_is_final BEFORE UPDATE ON mark BEGIN SELECT raise(ABORT, 'marks are never changed'); END;

CREATE VIEW v_mark AS
SELECT line ->> '$.at' AS at, line ->> '$.by' AS by, line ->> '$.why' AS why, line ->> '$.verdict' AS verdict,
       line ->> '$.mention.article' AS article, line ->> '$.mention.revision' AS revision,
       line ->> '$.mention.field' AS field, line ->> '$.mention.start' AS start, line ->> '$.mention.end' AS "end",
       line ->> '$.mention.entity' AS entity, line ->> '$.message' AS message
FROM mark;
