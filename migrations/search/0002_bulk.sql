-- What one transaction adds becomes one piece of the index, and pieces are merged over and over: a bulk writes few.
-- Up to this many bytes of it are held in memory until then; the few texts of a poll need but what they fill.
INSERT INTO words (words, rank) VALUES ('hashsize', 67108864);
