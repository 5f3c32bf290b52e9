-- The sketch stands with the article, as that of its latest text: reprints are looked for among all articles of the
-- days written, and that reads every page the sketches lie on. Among the texts those were thirty times as many.
ALTER TABLE article ADD COLUMN sketch BLOB;
UPDATE article SET sketch = (SELECT sketch FROM revision WHERE id = latest);
ALTER TABLE revision DROP COLUMN sketch;
