"""The tables of the catalog. Raise SCHEMA with every change: an index of another version is made anew."""

SCHEMA = "9"
TABLES = f"""
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, file TEXT NOT NULL, content TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, outlet TEXT, url TEXT, pages BLOB NOT NULL, text TEXT NOT NULL,
    stems TEXT NOT NULL, length INTEGER NOT NULL, bag BLOB NOT NULL, cut TEXT);
CREATE INDEX IF NOT EXISTS articles_file ON articles (file);
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL, content BLOB NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, length INTEGER NOT NULL,
    bag BLOB NOT NULL, spans BLOB NOT NULL, sentences BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (passage INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS passages_article ON passages (article);
CREATE INDEX IF NOT EXISTS passages_content ON passages (content);
CREATE TABLE IF NOT EXISTS vectors (passage INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS dropped (passage INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS basis (dim INTEGER NOT NULL, numbers BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (stems, tokenize = "unicode61");
CREATE TABLE IF NOT EXISTS frequencies (
    number INTEGER PRIMARY KEY AUTOINCREMENT, stem TEXT NOT NULL UNIQUE,
    passages INTEGER NOT NULL, articles INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS failures (path TEXT PRIMARY KEY, file TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS failures_file ON failures (file);
INSERT OR IGNORE INTO meta VALUES ('schema', '{SCHEMA}'), ('articles', '0'), ('passages', '0'), ('changes', '0'),
    ('article_length', '0'), ('passage_length', '0');
"""
