//! From days to a series: the measures, their denominators, and how much of each period was seen.
//!
//! A value of zero is given only where every day of the period was observed; elsewhere it is absent, and
//! `mentions`, `articles` and `days_observed` beside it say what was found in what is held.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::coverage::DayHolding;
use super::day::Day;
use super::measure::{Figure, Measure, RatioOf, ratio, rounded};
use super::period::{By, Span};
use super::stream::{Edition, Outlet, Stream};
use super::wilson;

/// What one day's texts of one stream say of one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntityDay {
    /// Mentions in articles.
    pub mentions: u64,
    /// Articles with at least one.
    pub articles: u64,
    /// Mentions in titles, of articles and headline-only items.
    pub in_titles: u64,
    /// Articles and headline-only items with at least one in the title.
    pub titles: u64,
    /// Mentions in leads.
    pub in_leads: u64,
    /// Articles with at least one in the lead.
    pub leads: u64,
}

impl EntityDay {
    /// Adds another day or stream.
    pub fn add(&mut self, other: &Self) {
        self.mentions += other.mentions;
        self.articles += other.articles;
        self.in_titles += other.in_titles;
        self.titles += other.titles;
        self.in_leads += other.in_leads;
        self.leads += other.leads;
    }

    /// Mentions and articles as a measure sees them.
    fn seen_by(&self, measure: Measure) -> (u64, u64) {
        match measure {
            Measure::Headline => (self.in_titles, self.titles),
            Measure::Lead => (self.in_leads, self.leads),
            _ => (self.mentions, self.articles),
        }
    }
}

/// The days of one stream: what is held, and what it says.
#[derive(Debug, Clone, Default)]
pub struct StreamDays {
    /// Only days of which anything is held or declared.
    pub holdings: BTreeMap<Day, DayHolding>,
    /// By entity id; only days with a mention.
    pub entities: HashMap<String, BTreeMap<Day, EntityDay>>,
}

/// What to build.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Entity ids, in the order of rows.
    pub entities: Vec<String>,
    /// The measure.
    pub measure: Measure,
    /// For a ratio: the entity below the line, and what is compared.
    pub over: Option<(String, RatioOf)>,
    /// Length of the periods.
    pub by: By,
    /// The days.
    pub span: Span,
    /// Whether the outlets of an edition are added up.
    pub sum_outlets: bool,
}

/// One period of one entity in one stream. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesRow {
    /// The outlet, or several joined by `+`.
    pub outlet: String,
    /// The edition's code.
    pub edition: &'static str,
    /// The period's name.
    pub period: String,
    /// Its first day that was asked for.
    pub period_from: Day,
    /// Its last.
    pub period_to: Day,
    /// The entity's id.
    pub entity: String,
    /// What `value` is.
    pub measure: Measure,
    /// The measure; absent where nothing was seen, or where it is zero and not every day was observed.
    pub value: Option<Figure>,
    /// Articles held: the denominator of `share` (with headline-only items where the measure is `headline`).
    pub articles: u64,
    /// Articles with at least one mention (in the title or lead, where that is measured).
    pub articles_with: u64,
    /// Mentions found in what is held.
    pub mentions: u64,
    /// `articles_with` of `articles`; absent without articles.
    pub share: Option<f64>,
    /// Lower end of the share's 95 % Wilson interval.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// Days in the period.
    pub days: u32,
    /// Days on which a zero would mean zero.
    pub days_observed: u32,
    /// Days of which at least one article is held.
    pub days_with_articles: u32,
}

impl SeriesRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 17] = [
        "outlet",
        "edition",
        "period",
        "period_from",
        "period_to",
        "entity",
        "measure",
        "value",
        "articles",
        "articles_with",
        "mentions",
        "share",
        "low",
        "high",
        "days",
        "days_observed",
        "days_with_articles",
    ];
}

/// Builds the rows: by outlet, edition, period, and the entities in the order asked for. An entity without words in
/// an edition (`has_words`) has no rows there: nothing was looked for, so nothing can be said.
pub fn build(
    request: &Request,
    streams: &BTreeMap<Stream, StreamDays>,
    has_words: impl Fn(&str, Edition) -> bool,
) -> Vec<SeriesRow> {
    let mut rows = Vec::new();
    for group in groups(request, streams) {
        for (period, span) in request.by.cut(request.span) {
            let held = group.held(span, request.measure == Measure::Headline);
            for entity in request.entities.iter().filter(|entity| has_words(entity, group.edition)) {
                rows.push(row(request, &group, &period, span, &held, entity));
            }
        }
    }
    rows
}

/// The streams that one set of rows speaks of.
struct Group<'a> {
    outlet: String,
    edition: Edition,
    members: Vec<&'a StreamDays>,
}

/// What is held of a period.
struct Held {
    articles: u64,
    length: u64,
    observed: u32,
    with_articles: u32,
}

impl Group<'_> {
    fn held(&self, span: Span, with_headlines: bool) -> Held {
        let mut held = Held { articles: 0, length: 0, observed: 0, with_articles: 0 };
        let mut days: BTreeMap<Day, (usize, bool)> = BTreeMap::new();
        for member in &self.members {
            for (&day, holding) in member.holdings.range(span.from..=span.to) {
                let articles = holding.articles + if with_headlines { holding.headline_only } else { 0 };
                held.articles += u64::from(articles);
                held.length += holding.length;
                let entry = days.entry(day).or_default();
                entry.0 += usize::from(holding.is_observed());
                entry.1 |= articles > 0;
            }
        }
        for (observed, any) in days.into_values() {
            held.observed += u32::from(observed == self.members.len());
            held.with_articles += u32::from(any);
        }
        held
    }

    fn sum(&self, entity: &str, span: Span) -> EntityDay {
        let mut sum = EntityDay::default();
        for days in self.members.iter().filter_map(|member| member.entities.get(entity)) {
            for (_, day) in days.range(span.from..=span.to) {
                sum.add(day);
            }
        }
        sum
    }
}

fn groups<'a>(request: &Request, streams: &'a BTreeMap<Stream, StreamDays>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let outlets = |streams: &[&Stream]| streams.iter().map(|s| Outlet::as_str(&s.outlet)).collect::<Vec<_>>().join("+");
    if request.sum_outlets {
        let mut by_edition: BTreeMap<_, (Vec<&Stream>, Vec<&StreamDays>)> = BTreeMap::new();
        for (stream, days) in streams {
            let entry = by_edition.entry(stream.edition).or_default();
            entry.0.push(stream);
            entry.1.push(days);
        }
        for (edition, (names, members)) in by_edition {
            groups.push(Group { outlet: outlets(&names), edition, members });
        }
    } else {
        for (stream, days) in streams {
            groups.push(Group { outlet: outlets(&[stream]), edition: stream.edition, members: vec![days] });
        }
    }
    groups
}

fn row(request: &Request, group: &Group<'_>, period: &str, span: Span, held: &Held, entity: &str) -> SeriesRow {
    let measure = request.measure;
    let sum = group.sum(entity, span);
    let (mentions, articles_with) = sum.seen_by(measure);
    let share = ratio(articles_with, held.articles);
    let interval = wilson::interval(articles_with, held.articles);
    let figure = match measure {
        Measure::Mentions => Some(Figure::Count(mentions)),
        Measure::Articles | Measure::Headline | Measure::Lead => Some(Figure::Count(articles_with)),
        Measure::Share => share.map(Figure::Rate),
        Measure::Per1000 => ratio(mentions * 1000, held.length).map(Figure::Rate),
        Measure::Ratio => request.over.as_ref().and_then(|(over, of)| {
            let below = group.sum(over, span);
            let of = |day: &EntityDay| match of {
                RatioOf::Mentions => day.mentions,
                RatioOf::Articles => day.articles,
            };
            ratio(of(&sum), of(&below)).map(Figure::Rate)
        }),
    };
    let days = span.days();
    SeriesRow {
        outlet: group.outlet.clone(),
        edition: group.edition.as_str(),
        period: period.to_owned(),
        period_from: span.from,
        period_to: span.to,
        entity: entity.to_owned(),
        measure,
        value: figure.filter(|figure| !figure.is_zero() || held.observed == days),
        articles: held.articles,
        articles_with,
        mentions,
        share,
        low: interval.map(|(low, _)| rounded(low)),
        high: interval.map(|(_, high)| rounded(high)),
        days,
        days_observed: held.observed,
        days_with_articles: held.with_articles,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: i32) -> Day {
        Day::new(2024, 8, 1).expect("a day").plus(d)
    }

    fn request(measure: Measure, by: By) -> Request {
        let span = Span { from: day(0), to: day(9) };
        Request { entities: vec!["xi".into(), "putin".into()], measure, over: None, by, span, sum_outlets: false }
    }

    fn stream(outlet: &str, observed: std::ops::Range<i32>, articles: u32, putin_on: &[i32]) -> (Stream, StreamDays) {
        let mut days = StreamDays::default();
        for d in 0..10 {
            let holding =
                DayHolding { articles, length: 500, declared: observed.contains(&d), ..DayHolding::default() };
            days.holdings.insert(day(d), holding);
        }
        let putin = putin_on
            .iter()
            .map(|&d| (day(d), EntityDay { mentions: 3, articles: 2, titles: 1, in_titles: 1, leads: 1, in_leads: 2 }));
        days.entities.insert("putin".into(), putin.collect());
        (Stream { outlet: outlet.parse().expect("a name"), edition: Edition::En }, days)
    }

    #[test]
    fn zero_only_where_observed() {
        let streams = BTreeMap::from([stream("kcna", 0..5, 4, &[1, 7])]);
        let rows = build(&request(Measure::Mentions, By::Day), &streams, |_, _| true);
        let value = |d: usize, entity: usize| rows[d * 2 + entity].value;
        assert_eq!(value(0, 0), Some(Figure::Count(0)), "observed, none");
        assert_eq!(value(5, 0), None, "held in part, none found");
        assert_eq!(value(1, 1), Some(Figure::Count(3)), "observed, found");
        assert_eq!(value(7, 1), Some(Figure::Count(3)), "held in part, found");
        let month = build(&request(Measure::Mentions, By::Month), &streams, |_, _| true);
        assert_eq!((month[0].value, month[0].mentions, month[0].articles), (None, 0, 40));
        assert_eq!((month[0].days, month[0].days_observed, month[0].days_with_articles), (10, 5, 10));
        assert_eq!(month[1].value, Some(Figure::Count(6)));
    }

    #[test]
    fn a_complete_day_without_articles_is_zero_without_a_share() {
        let streams = BTreeMap::from([stream("kcna", 0..10, 0, &[])]);
        let rows = build(&request(Measure::Mentions, By::Month), &streams, |_, _| true);
        assert_eq!((rows[0].value, rows[0].share, rows[0].low), (Some(Figure::Count(0)), None, None));
        assert_eq!(build(&request(Measure::Share, By::Month), &streams, |_, _| true)[0].value, None);
    }

    #[test]
    fn measures() {
        let streams = BTreeMap::from([stream("kcna", 0..10, 4, &[1, 7])]);
        let value = |measure, over: Option<&str>| {
            let mut request = request(measure, By::Month);
            request.over = over.map(|o| (o.to_owned(), RatioOf::Mentions));
            build(&request, &streams, |_, _| true)[1].value.map(Figure::as_f64)
        };
        assert_eq!(value(Measure::Articles, None), Some(4.0));
        assert_eq!(value(Measure::Share, None), Some(0.1));
        assert_eq!(value(Measure::Per1000, None), Some(1.2));
        assert_eq!(value(Measure::Headline, None), Some(2.0));
        assert_eq!(value(Measure::Lead, None), Some(2.0));
        assert_eq!(value(Measure::Ratio, Some("putin")), Some(1.0));
        assert_eq!(value(Measure::Ratio, Some("xi")), None, "over zero");
    }

    #[test]
    fn an_entity_without_words_in_an_edition_has_no_rows() {
        let streams = BTreeMap::from([stream("kcna", 0..10, 4, &[1])]);
        let rows = build(&request(Measure::Mentions, By::Month), &streams, |entity, _| entity == "putin");
        assert_eq!(rows.iter().map(|row| row.entity.as_str()).collect::<Vec<_>>(), ["putin"]);
    }

    #[test]
    fn a_sum_of_outlets_is_observed_where_all_are() {
        let streams = BTreeMap::from([stream("kcna", 0..6, 1, &[1]), stream("rodong", 4..10, 1, &[1])]);
        let request = Request { sum_outlets: true, ..request(Measure::Mentions, By::Month) };
        let rows = build(&request, &streams, |_, _| true);
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].outlet.as_str(), rows[1].mentions, rows[1].days_observed), ("kcna+rodong", 6, 2));
    }

    #[test]
    fn json_fields_are_a_contract() {
        let streams = BTreeMap::from([stream("kcna", 0..6, 1, &[1])]);
        let rows = build(&request(Measure::Mentions, By::Month), &streams, |_, _| true);
        let json = serde_json::to_value(&rows[1]).expect("plain data");
        let keys: Vec<_> = json.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "outlet",
                "edition",
                "period",
                "period_from",
                "period_to",
                "entity",
                "measure",
                "value",
                "articles",
                "articles_with",
                "mentions",
                "share",
                "low",
                "high",
                "days",
                "days_observed",
                "days_with_articles"
            ]
        );
        assert_eq!(json["value"], serde_json::json!(3));
        assert_eq!(json["period_from"], serde_json::json!("2024-08-01"));
    }
}
