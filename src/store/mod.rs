//! The only door to `SQLite`: one writer, any number of read-only readers.
//!
//! `DIR/sinmun.db` holds everything; `DIR/search.db` is an index derived from it; `DIR/sinmun.lock` keeps a
//! second writer out. Texts are only ever added. What is one article can change when another text arrives
//! (`regroup.rs`), and then only by joining.

pub mod alarms;
pub mod backup;
pub mod brought;
pub mod bulk;
mod capture;
pub mod captures;
mod copy;
mod days;
mod error;
mod marks;
mod messages;
mod new;
pub mod open;
pub mod past;
pub mod query;
pub mod queue;
mod record;
mod recount;
mod redate;
mod regroup;
mod reprints;
mod rows;
pub mod search;
mod seen;
pub mod sources;
mod tally;
pub mod upgrade;
pub mod write;

pub use copy::Holdings;
pub use error::StoreError;
pub use marks::Ledger;
pub use open::{Paths, Reader};
pub use record::{Item, Recorded, Recording};
pub use recount::{Recount, RecountRow};
pub use upgrade::{Moved, outdated, silent, upgrade};
pub use write::Writer;
