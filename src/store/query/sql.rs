//! SQL of the user's own, on the documented views.

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use crate::store::{Reader, StoreError};

/// How many rows one statement may give.
const MOST_ROWS: usize = 1_000_000;

impl Reader {
    /// Runs one SELECT; answers the names of its columns and its rows as objects.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for anything that is not one reading statement, the time limit, and `SQLite`'s own
    /// words for a statement that is wrong.
    pub fn sql(&self, statement: &str) -> Result<(Vec<String>, Vec<Map<String, Value>>), StoreError> {
        self.connection.authorizer(Some(only_reading))?;
        let result = self.timed(|connection| {
            let mut prepared = connection.prepare(statement).map_err(|error| explain(&error))?;
            if !prepared.readonly() {
                return Err(StoreError::Refused(
                    "only SELECT is allowed here; the store is never changed by `sql`".to_owned(),
                ));
            }
            let names: Vec<String> = prepared.column_names().into_iter().map(str::to_owned).collect();
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
            Ok((names, all))
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
