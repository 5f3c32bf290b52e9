//! Rows put in several by one statement: of what rows cost a fifth is the statements', each of which opens the table and
//! all of its indexes anew.

use std::marker::PhantomData;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};

use super::StoreError;

/// Rows by one statement. (Sixteen are not quicker than eight, and four nearly as quick.)
const ROWS: usize = 8;

/// How rows of a table are put in, each with `COLUMNS` values.
pub(super) struct Insertion<const COLUMNS: usize> {
    one: String,
    many: String,
    columns: PhantomData<[(); COLUMNS]>,
}

impl<const COLUMNS: usize> Insertion<COLUMNS> {
    /// A row that cannot be put in takes the whole transaction back. It would anyway; and `SQLite` need not copy every
    /// page before it changes it, to be able to take back the half of a statement alone.
    pub fn new(table: &str, columns: [&str; COLUMNS]) -> Self {
        let row = format!("({})", ["?"; COLUMNS].join(", "));
        let sql = |rows| {
            let (columns, rows) = (columns.join(", "), vec![row.as_str(); rows].join(", "));
            format!("INSERT OR ROLLBACK INTO {table} ({columns}) VALUES {rows}")
        };
        Self { one: sql(1), many: sql(ROWS), columns: PhantomData }
    }

    /// Puts rows in, in their order.
    pub fn insert<'r, R>(
        &self,
        connection: &Connection,
        rows: &'r [R],
        values: impl Fn(&'r R) -> [ValueRef<'r>; COLUMNS],
    ) -> Result<(), StoreError> {
        let run = |statement: &mut CachedStatement<'_>, rows: &'r [R]| {
            for (place, value) in (1..).zip(rows.iter().flat_map(&values)) {
                statement.raw_bind_parameter::<usize, _>(place, ToSqlOutput::Borrowed(value))?;
            }
            statement.raw_execute().map(drop)
        };
        let (full, rest) = rows.as_chunks::<ROWS>();
        if !full.is_empty() {
            let mut statement = connection.prepare_cached(&self.many)?;
            full.iter().try_for_each(|rows| run(&mut statement, rows))?;
        }
        if !rest.is_empty() {
            let mut statement = connection.prepare_cached(&self.one)?;
            rest.chunks(1).try_for_each(|row| run(&mut statement, row))?;
        }
        Ok(())
    }
}

/// A text as a value of a row.
pub(super) const fn text(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

/// A number, or none, as a value of a row.
pub(super) fn number(number: Option<impl Into<i64>>) -> ValueRef<'static> {
    number.map_or(ValueRef::Null, |number| ValueRef::Integer(number.into()))
}
