//! SQL of the user's own, on the documented views.

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use crate::store::{Reader, StoreError};

/// How many rows one statement may give.
const MOST_ROWS: usize = 1_000_000;

/// The answer to a statement of the user's.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlAnswer {
    /// The names of its columns, each once.
    pub columns: Vec<String>,
    /// Its rows, as objects with these keys.
    pub rows: Vec<Map<String, Value>>,
}

impl Reader {
    /// Runs one SELECT.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for anything that is not one reading statement, the time limit, and `SQLite`'s own
    /// words for a statement that is wrong.
    pub fn sql(&self, statement: &str) -> Result<SqlAnswer, StoreError> {
        self.connection.authorizer(Some(only_reading))?;
        let result = self.timed(|connection| {
            let mut prepared = connection.prepare(statement).map_err(|error| explain(&error))?;
            if !prepared.readonly() {
                return Err(StoreError::Refused(
                    "only SELECT is allowed here; the store is never changed by `sql`".to_owned(),
                ));
            }
            let names = distinct(&prepared.column_names());
            let mut rows = prepared.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                if all.len() == MOST_ROWS {
                    return Err(StoreError::Refused(format!("the answer has more than {MOST_ROWS} rows; add a LIMIT")));
                }
                let mut object = Map::new();
                for (i, name) in names.iter().enumerate() {
                    object.insert(name.clone(), json(row.get_ref(i)?));
                }
                all.push(object);
            }
            Ok(SqlAnswer { columns: names, rows: all })
        });
        self.connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
        result
    }
}

/// Reading only: no pragma, no attached file, no transaction.
fn only_reading(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Function { .. } | AuthAction::Recursive => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

/// Names of columns as keys: a name that stands twice gets a number, so that no value hides another.
fn distinct(columns: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let mut name = (*column).to_owned();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{column}_{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

fn explain(error: &rusqlite::Error) -> StoreError {
    let told = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::AuthorizationForStatementDenied) => {
            "only SELECT is allowed here; the store is never changed by `sql`".to_owned()
        }
        _ => format!("{error}; the documented views are v_article, v_mention, v_daily and v_coverage"),
    };
    StoreError::Refused(told)
}

fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => integer.into(),
        ValueRef::Real(real) => real.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(blob) => blob.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")).into(),
    }
}
