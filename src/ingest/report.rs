//! What an import did, and what it refused.

use serde::Serialize;

use super::prepare::Prepared;
use crate::domain::article::Content;
use crate::store::Recorded;
use crate::store::write::Totals;

/// What an import did. The order of fields is the order of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Rows and rejects read.
    pub read: u64,
    /// Articles with a text that were not there.
    pub new: u64,
    /// Rows that were one more appearance of an article.
    pub merged: u64,
    /// New texts of articles that were there.
    pub revised: u64,
    /// Items of which only the headline is held.
    pub headline_only: u64,
    /// Text items without their text.
    pub missing: u64,
    /// Photo and video items.
    pub media: u64,
    /// Rows that were there already.
    pub known: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Blanks put back around glued names.
    pub repairs: u64,
    /// Rows with such a repair.
    pub repaired_rows: u64,
    /// Rows without a day that can be true: stored, in no series.
    pub undated: u64,
    /// Records of a web archive that are no article or list of the outlet and edition.
    pub passed_over: u64,
}

impl Report {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 13] = [
        "read",
        "new",
        "merged",
        "revised",
        "headline_only",
        "missing",
        "media",
        "known",
        "rejected",
        "repairs",
        "repaired_rows",
        "undated",
        "passed_over",
    ];

    /// Counts a row that was recorded; what became of new ones as articles, only [`complete`] can tell.
    pub(super) fn count(&mut self, row: &Prepared, recorded: Recorded) {
        self.read += 1;
        if recorded != Recorded::Known {
            self.repairs += u64::from(row.blanks);
            self.repaired_rows += u64::from(row.blanks > 0);
            self.undated += u64::from(row.item.day.is_none());
        }
        match recorded {
            Recorded::Known => self.known += 1,
            Recorded::New if row.item.content == Content::Full => self.revised += 1,
            Recorded::New | Recorded::Appearance => {}
        }
    }
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The line it starts at.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// Its beginning, for mending it.
    pub raw: String,
}

/// The report with what the totals before and after tell: independent of the order of rows.
pub(super) fn complete(report: Report, before: Totals, after: Totals) -> Report {
    let more = |after: i64, before: i64| u64::try_from(after - before).unwrap_or(0);
    let new = more(after.articles, before.articles);
    // While it ran, every new text counted as one; those that made an article are not revisions.
    let revised = report.revised.saturating_sub(new);
    let headline_only = more(after.headline_only, before.headline_only);
    let missing = more(after.missing, before.missing);
    let media = more(after.media, before.media);
    let told = new + revised + headline_only + missing + media + report.known + report.rejected;
    Report { new, revised, headline_only, missing, media, merged: report.read.saturating_sub(told), ..report }
}
