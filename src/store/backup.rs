//! Backups: a copy in one file, and back again.

use std::path::{Path, PathBuf};

use super::copy::{self, Holdings, Over};
use super::open::{Paths, lock, open_reading, open_store};
use super::search::Indexer;
use super::upgrade::{Moved, schema};
use super::{Reader, StoreError};

/// The names that [`dated`] gives, as far as [`rotate`] has to know them.
const NAME: (&str, &str) = ("sinmun-", "Z.db");

impl Reader {
    /// Copies the store into a file that is not there yet, and opens the copy to see that it is whole. Nobody who
    /// writes has to wait. The full-text index is not in it: it is made anew from the texts.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Damaged`], or the disk's; no file of that name is left behind then.
    pub fn backup(&self, file: &Path, moved: &Moved) -> Result<Holdings, StoreError> {
        copy::copy(&self.connection, file, Over::Refuse, moved)
    }
}

/// The name of a backup taken at an instant, in a folder of backups: names sort as their times do.
pub fn dated(folder: &Path, now: i64) -> PathBuf {
    let text = crate::domain::stamp::written(now).replace(['-', ':'], "");
    folder.join(format!("sinmun-{text}.db"))
}

/// Deletes the oldest backups of a folder until so many are left; answers what was deleted. Only names that [`dated`]
/// gives are touched.
///
/// # Errors
/// If the folder cannot be read or a file not be deleted.
pub fn rotate(folder: &Path, keep: usize) -> Result<Vec<PathBuf>, StoreError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::Io { path, source }
    };
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io(folder))? {
        let entry = entry.map_err(io(folder))?;
        if entry.file_name().to_str().is_some_and(is_dated) {
            all.push(entry.path());
        }
    }
    all.sort();
    all.truncate(all.len().saturating_sub(keep));
    for path in &all {
        std::fs::remove_file(path).map_err(io(path))?;
    }
    Ok(all)
}

/// Whether a name is one of [`dated`]'s: `sinmun-20261124T021500Z.db`.
fn is_dated(name: &str) -> bool {
    let Some(time) = name.strip_prefix(NAME.0).and_then(|rest| rest.strip_suffix(NAME.1)) else { return false };
    time.len() == 15 && time.bytes().enumerate().all(|(i, b)| if i == 8 { b == b'T' } else { b.is_ascii_digit() })
}

/// Makes a store of a backup where none is, and its full-text index with it. The backup is checked through before, the
/// copy of it before it is called the store; then an older schema is brought up to date.
///
/// # Errors
/// [`StoreError::Exists`] if anything of a store is there; [`StoreError::Missing`], [`StoreError::Damaged`],
/// [`StoreError::Newer`] or [`StoreError::NoStore`] by what the file is. No store is left behind by these.
pub fn restore(file: &Path, paths: &Paths, moved: &Moved) -> Result<Holdings, StoreError> {
    let database = paths.database();
    // A log without its database may hold its last rows; and beside another database it would ruin that.
    for path in [&database, &Paths::log(&database), &Paths::shared(&database)] {
        if path.try_exists().map_err(|source| StoreError::Io { path: path.clone(), source })? {
            return Err(StoreError::Exists(path.clone()));
        }
    }
    if !file.try_exists().map_err(|source| StoreError::Io { path: file.to_owned(), source })? {
        return Err(StoreError::Io { path: file.to_owned(), source: std::io::ErrorKind::NotFound.into() });
    }
    let held = copy::verified(file, moved)?;
    if held.schema > schema() {
        return Err(StoreError::Newer(file.to_owned()));
    }
    if held.schema == 0 || !["article", "revision", "method"].iter().all(|table| held.rows.contains_key(*table)) {
        return Err(StoreError::NoStore(file.to_owned()));
    }
    let lock = lock(paths)?;
    let search = paths.search();
    for path in [&search, &Paths::log(&search), &Paths::shared(&search)] {
        // Of another store: it may name texts that this one does not have.
        let _ = std::fs::remove_file(path);
    }
    copy::copy(&open_reading(file)?, &database, Over::Refuse, moved)?;
    let store = open_store(paths, moved)?;
    let restored = Holdings::of(&store)?;
    drop(store);
    Indexer::open(paths)?.catch_up(paths, moved)?;
    drop(lock);
    Ok(restored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_strangers_stay() {
        let dir = tempfile::tempdir().expect("a folder");
        let day = |n: i64| dated(dir.path(), 1_700_000_000 + n * 86_400);
        for n in 0..5 {
            std::fs::write(day(n), "x").expect("written");
        }
        for name in ["sinmun.db", "sinmun-mine.db", "sinmun-20231114T221320Z.db.gz", "sinmun-20231114x221320Z.db"] {
            std::fs::write(dir.path().join(name), "x").expect("written");
        }
        assert_eq!(rotate(dir.path(), 3).expect("rotated"), [day(0), day(1)]);
        assert_eq!(rotate(dir.path(), 3).expect("rotated"), Vec::<PathBuf>::new());
        assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 7);
    }
}
