//! Everything that can be asked: for each page its address, its parameters, and the rows behind it.

use maud::Markup;

use super::View;
use super::asked::{Asked, Kind, Param};
use super::pages::{changes, coverage, indicator, mentions, messages, overview, search, series, silence, sources};
use super::reply::{Refusal, Rows};
use crate::domain::series::SeriesRow;
use crate::domain::verdict::IndicatorRow;
use crate::store::query::changes::ChangeRow;
use crate::store::query::coverage::CoverageRow;
use crate::store::query::mentions::MentionRow;
use crate::store::query::messages::MessageRow;
use crate::store::query::search::SearchRow;
use crate::store::query::silence::SilenceRow;
use crate::store::query::sources::SourceRow;

/// A page with its twins: `/NAME`, `/api/v1/NAME` and `/api/v1/NAME.csv`.
pub(super) struct Endpoint {
    pub name: &'static str,
    /// The page's address.
    pub path: &'static str,
    /// Its name in the menu.
    pub title: &'static str,
    /// What its rows are, in a sentence.
    pub about: &'static str,
    pub params: &'static [Param],
    /// The rows' fields, in order.
    pub columns: &'static [&'static str],
    pub page: fn(&View<'_>, &Asked) -> Result<Markup, Refusal>,
    pub rows: fn(&View<'_>, &Asked) -> Result<Rows, Refusal>,
}

const fn param(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, about, required: false }
}

const FROM: Param = param("from", Kind::Moment, "First day: 2024-08-31, 2024-08 or 2024.");
const TO: Param = param("to", Kind::Moment, "Last day, included: 2024-08-31, 2024-08 or 2024.");
const OUTLET: Param = param("outlet", Kind::Outlets, "Only these outlets.");
const EDITION: Param = param("edition", Kind::Editions, "Only these editions.");
const ENTITY: Param = param(
    "entity",
    Kind::Entities,
    "Entities of the lexicon, by commas or several times; Xi Jinping and Putin if left out.",
);
const FORM: Param =
    param("form", Kind::Several(&["name", "office", "embedded"]), "Forms of mention; name and office if left out.");
const REPRINTS: Param = param("reprints", Kind::One(&["yes", "no"]), "Whether reprints count; yes if left out.");
const BY: Param =
    param("by", Kind::One(&["day", "week", "month", "quarter", "year"]), "Length of a period; month if left out.");
const REVIEWED: Param =
    param("reviewed", Kind::One(&["yes", "no"]), "Give figures with the analysts' marks; no if left out.");
const LIMIT: Param = param("limit", Kind::Number(10_000), "How many rows at most.");
const CURSOR: Param = param("cursor", Kind::Cursor, "`next` of the page before.");
const CHANGED: Param = param(
    "changed_after",
    Kind::Instant,
    "Only what the store has held, or seen change, since this instant: 2024-09-01T00:00:00Z.",
);

/// What a series can be asked by, as a page, as rows and as a picture.
pub(super) const SERIES: &[Param] = &[
    ENTITY,
    param(
        "measure",
        Kind::One(&["mentions", "articles", "share", "per_1000", "headline", "lead", "ratio"]),
        "What is measured; mentions if left out.",
    ),
    BY,
    FROM,
    TO,
    OUTLET,
    EDITION,
    FORM,
    REPRINTS,
    param("over", Kind::Entity, "For measure=ratio: the entity below the line."),
    param("of", Kind::One(&["mentions", "articles"]), "For measure=ratio: what is compared; mentions if left out."),
    param("sum", Kind::One(&["outlets"]), "Add the outlets of an edition up."),
    param("as_first_published", Kind::One(&["yes", "no"]), "Measure the first text of each article, not the latest."),
    param(
        "as_of",
        Kind::Instant,
        "Answer from what was held at this time: 2024-09-01T00:00:00Z, or the end of a day in Korea.",
    ),
    REVIEWED,
];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        name: "overview",
        path: "/",
        title: "Overview",
        about: "What is held of the last 30 days, by outlet and edition.",
        params: &[OUTLET, EDITION, REVIEWED],
        columns: &CoverageRow::COLUMNS,
        page: overview::page,
        rows: overview::rows,
    },
    Endpoint {
        name: "series",
        path: "/series",
        title: "Series",
        about: "Mentions over time, with their denominators and coverage.",
        params: SERIES,
        columns: &SeriesRow::COLUMNS,
        page: series::page,
        rows: series::rows,
    },
    Endpoint {
        name: "silence",
        path: "/silence",
        title: "Silence",
        about: "Since when somebody has not been mentioned, and how unusual that is.",
        params: &[
            param(
                "entity",
                Kind::Entities,
                "Entities of the lexicon, by commas or several times; those that `watch` in sinmun.toml names if left out.",
            ),
            param("from", Kind::Moment, "The first day that is looked at: 2024-08-31, 2024-08 or 2024."),
            param("to", Kind::Moment, "The last day of the run; today in Korea if left out."),
            OUTLET,
            EDITION,
            FORM,
            REPRINTS,
            REVIEWED,
        ],
        columns: &SilenceRow::COLUMNS,
        page: silence::page,
        rows: silence::rows,
    },
    Endpoint {
        name: "indicator",
        path: "/indicator",
        title: "Indicator",
        about: "A published indicator beside our own figures, with a verdict.",
        params: &[param("name", Kind::Text, "Which indicator; the first if left out."), OUTLET, EDITION, REVIEWED],
        columns: &IndicatorRow::COLUMNS,
        page: indicator::page,
        rows: indicator::rows,
    },
    Endpoint {
        name: "mentions",
        path: "/mentions",
        title: "Mentions",
        about: "Every mention with its sentence, the newest first.",
        params: &[
            ENTITY,
            FROM,
            TO,
            OUTLET,
            EDITION,
            FORM,
            REPRINTS,
            REVIEWED,
            param("order", Kind::One(&["newest", "oldest"]), "Which comes first; the newest if left out."),
            CHANGED,
            LIMIT,
            CURSOR,
        ],
        columns: &MentionRow::COLUMNS,
        page: mentions::page,
        rows: mentions::rows,
    },
    Endpoint {
        name: "messages",
        path: "/messages",
        title: "Messages",
        about: "Messages between leaders: who wrote to whom, when, why, and what answers what.",
        params: &[
            param(
                "with",
                Kind::Entities,
                "Persons, or countries with all their persons; China and Russia if left out.",
            ),
            FROM,
            TO,
            OUTLET,
            EDITION,
            REVIEWED,
        ],
        columns: &MessageRow::COLUMNS,
        page: messages::page,
        rows: messages::rows,
    },
    Endpoint {
        name: "coverage",
        path: "/coverage",
        title: "Coverage",
        about: "What was seen: days by state, articles held.",
        params: &[BY, FROM, TO, OUTLET, EDITION],
        columns: &CoverageRow::COLUMNS,
        page: coverage::page,
        rows: coverage::rows,
    },
    Endpoint {
        name: "sources",
        path: "/sources",
        title: "Sources",
        about: "How each source stands: last success, failures, alarms, next poll.",
        params: &[OUTLET, EDITION],
        columns: &SourceRow::COLUMNS,
        page: sources::page,
        rows: sources::rows,
    },
    Endpoint {
        name: "search",
        path: "/search",
        title: "Search",
        about: "Full text search, also inside Korean words.",
        params: &[
            Param {
                name: "q",
                kind: Kind::Text,
                about: "All these words; also \"a phrase\" -without begin*.",
                required: true,
            },
            FROM,
            TO,
            OUTLET,
            EDITION,
            param("limit", Kind::Number(200), "How many articles at most; 50 if left out."),
        ],
        columns: &SearchRow::COLUMNS,
        page: search::page,
        rows: search::rows,
    },
    Endpoint {
        name: "changes",
        path: "/changes",
        title: "Changes",
        about: "What was edited or removed after it was first read, the latest first.",
        params: &[FROM, TO, OUTLET, EDITION, CHANGED, LIMIT, CURSOR],
        columns: &ChangeRow::COLUMNS,
        page: changes::page,
        rows: changes::rows,
    },
];
