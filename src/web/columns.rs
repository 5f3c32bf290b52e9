//! What the fields of rows are, for the `OpenAPI` document. A test holds every row type's columns against this list,
//! and every value that a filled store gives against its kind.

use serde_json::{Value, json};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Count,
    Number,
    Flag,
    Day,
    Instant,
    /// Texts.
    Texts,
    /// Objects whose fields the documentation of `show` tells.
    Objects,
    /// Text, or nothing.
    MaybeText,
    MaybeCount,
    MaybeNumber,
    MaybeDay,
    MaybeInstant,
}

use Holds::{
    Count, Day, Flag, Instant, MaybeCount, MaybeDay, MaybeInstant, MaybeNumber, MaybeText, Number, Objects, Text, Texts,
};

/// Fields by name; `endpoint.field` where a name means something else there.
const COLUMNS: &[(&str, Holds)] = &[
    ("alarms", Texts),
    ("alias", Text),
    ("appearances", Objects),
    ("article", Text),
    ("articles", Count),
    ("articles_with", Count),
    ("blocked", Count),
    ("body", Text),
    ("change", Text),
    ("complete", Count),
    ("content", Text),
    ("date", Day),
    ("day", MaybeDay),
    ("day_from", Text),
    ("days", Count),
    ("days_declared", Count),
    ("days_observed", Count),
    ("days_unobserved", Count),
    ("days_with_articles", Count),
    ("diff", Text),
    ("earlier", Texts),
    ("edition", Text),
    ("end", Count),
    ("entity", Text),
    ("event_day", Day),
    ("exchanges", MaybeCount),
    ("evidence", Texts),
    ("failing_since", MaybeInstant),
    ("failures", Count),
    ("field", Text),
    ("form", Text),
    ("gone", Count),
    ("headline_only", Count),
    ("high", MaybeNumber),
    ("id", Text),
    ("id_reused", Flag),
    ("in_reply_to", MaybeText),
    ("known", MaybeCount),
    ("known_held", MaybeCount),
    ("last_article", MaybeText),
    ("last_mention", MaybeDay),
    ("last_new", MaybeInstant),
    ("last_success", MaybeInstant),
    ("layout_broken", Count),
    ("length", Count),
    ("level", Text),
    ("low", MaybeNumber),
    ("measure", Text),
    ("media", Count),
    ("mentions", Count),
    ("message", Text),
    ("missing", Count),
    ("next_poll", Instant),
    ("no_p", Text),
    ("not_polled", Count),
    ("occasion", Text),
    ("offline", Count),
    ("ours", MaybeNumber),
    ("outlet", Text),
    ("outlets", Text),
    ("p", MaybeNumber),
    ("p_geometric", MaybeNumber),
    ("partial", Count),
    ("period", Text),
    ("period_from", Day),
    ("period_to", Day),
    ("polled", MaybeInstant),
    ("published", MaybeNumber),
    ("messages.published", Day),
    ("quote", Text),
    ("recipient", Text),
    ("reply", Flag),
    ("reprint_of", MaybeText),
    ("reprints", Texts),
    ("retro_filled", Count),
    ("revision", Text),
    ("revisions", Objects),
    ("run_from", MaybeDay),
    ("run_to", MaybeDay),
    ("articles.mentions", Objects),
    ("search.date", MaybeDay),
    ("seen", Instant),
    ("sender", Text),
    ("sentence", Text),
    ("share", MaybeNumber),
    ("silences", Texts),
    ("snippet", Text),
    ("source", Text),
    ("start", Count),
    ("state", Text),
    ("title", Text),
    ("title_before", MaybeText),
    ("url", Text),
    ("usual_from", MaybeDay),
    ("usual_observed", Count),
    ("usual_to", MaybeDay),
    ("usual_with", Count),
    ("value", MaybeNumber),
    ("verdict", Text),
    ("waiting", Count),
    ("why", Text),
    ("windows", Count),
    ("windows_silent", Count),
];

/// What a field of an endpoint's rows holds.
pub(super) fn holds(endpoint: &str, field: &str) -> Option<Holds> {
    let own = format!("{endpoint}.{field}");
    let find = |name: &str| COLUMNS.iter().find(|(known, _)| *known == name).map(|(_, holds)| *holds);
    find(&own).or_else(|| find(field))
}

impl Holds {
    /// The JSON schema of a value.
    pub fn schema(self) -> Value {
        let format = |kind: &str, format: &str| json!({"type": kind, "format": format});
        let maybe = |holds: Self| {
            let mut schema = holds.schema();
            schema["type"] = json!([schema["type"], "null"]);
            schema
        };
        match self {
            Text => json!({"type": "string"}),
            Count => json!({"type": "integer", "minimum": 0}),
            Number => json!({"type": "number"}),
            Flag => json!({"type": "boolean"}),
            Day => format("string", "date"),
            Instant => format("string", "date-time"),
            Texts => json!({"type": "array", "items": {"type": "string"}}),
            Objects => json!({"type": "array", "items": {"type": "object"}}),
            MaybeText => maybe(Text),
            MaybeCount => maybe(Count),
            MaybeNumber => maybe(Number),
            MaybeDay => maybe(Day),
            MaybeInstant => maybe(Instant),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::endpoints::ENDPOINTS;
    use crate::web::pages::article;

    #[test]
    fn every_column_is_described() {
        let all = ENDPOINTS.iter().map(|e| (e.name, e.columns)).chain([("articles", &article::COLUMNS[..])]);
        for (name, columns) in all {
            for column in columns {
                assert!(holds(name, column).is_some(), "{name}: {column} is not in columns.rs");
            }
        }
        for (name, _) in COLUMNS {
            let used = |(endpoint, columns): (&str, &[&str])| {
                columns.iter().any(|column| *column == *name || format!("{endpoint}.{column}") == *name)
            };
            let all = ENDPOINTS.iter().map(|e| (e.name, e.columns)).chain([("articles", &article::COLUMNS[..])]);
            assert!(all.into_iter().any(used), "no row has a field {name}");
        }
    }
}
