//! The laws of the pictures, over synthetic charts.

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::scale::to_f64;
use super::testing::{any_chart, days, line, months, sample};
use super::text::{columns, width};
use super::{Chart, Observed, Period, Point, Size, Theme, YKind, png, svg, terminal};

fn draw(chart: &Chart) -> String {
    svg(chart, Theme::Light, Size::default())
}

/// The numbers in an attribute such as `M1 2L3 4Z`.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')
        .filter(|s| !s.is_empty())
        .map(|s| s.parse().expect("a number"))
        .collect()
}

fn attribute(node: Node, name: &str) -> f64 {
    numbers(node.attribute(name).expect("the attribute is there"))[0]
}

/// The periods at which anything of a line is drawn: every vertex of its segments, every marker.
/// Also checks that no segment leaps over a period.
fn periods_drawn(svg: &str, n: usize, periods: usize) -> Vec<usize> {
    let doc = Document::parse(svg).expect("well-formed");
    let with = |name: &str, value: &str| {
        doc.descendants().find(|node| node.attribute(name) == Some(value)).expect("the part is there")
    };
    let strip = with("data-part", "coverage").children().find(Node::is_element).expect("the strip has a ground");
    let left = attribute(strip, "x");
    let step = attribute(strip, "width") / to_f64(periods);
    let period = |x: f64| {
        (0..periods).find(|i| (x - left - (to_f64(*i) + 0.5) * step).abs() < step / 2.0).expect("within the plot")
    };
    let mut drawn = Vec::new();
    for node in with("data-line", &n.to_string()).children().filter(Node::is_element) {
        if node.has_tag_name("circle") {
            drawn.push(period(attribute(node, "cx")));
            continue;
        }
        let d = node.attribute("d").expect("a path");
        let xs: Vec<f64> = numbers(d).into_iter().step_by(2).collect();
        if d.ends_with('Z') {
            // A marker: its outline lies around its point.
            let (low, high) = xs.iter().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
            drawn.push(period(f64::midpoint(low, high)));
        } else {
            let path: Vec<usize> = xs.into_iter().map(period).collect();
            assert!(path.windows(2).all(|w| w[1] == w[0] + 1), "a segment leaps: {path:?}");
            drawn.extend(path);
        }
    }
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

#[test]
fn what_was_not_observed_is_not_drawn_at_zero() {
    let mut chart = sample();
    chart.lines[1].points[9].value = None;
    let svg = draw(&chart);
    // May 2024 was not observed: its zeros are nobody's.
    assert_eq!(periods_drawn(&svg, 0, 12), [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(periods_drawn(&svg, 1, 12), [0, 1, 2, 3, 5, 6, 7, 8, 10, 11]);
    assert!(svg.contains("Xi, 2024-06: 0 mentions, 30 of 30 days observed"));
    assert!(!svg.contains("2024-05: 0 mentions"));
}

#[test]
fn what_was_found_is_drawn_even_if_no_day_was_observed() {
    let mut chart = sample();
    chart.lines[0].points[4] = Point { value: Some(3.0), found: true, ..Point::default() };
    chart.lines[1].points[4].found = true;
    let svg = draw(&chart);
    assert!(svg.contains("Putin, 2024-05: at least 3 mentions, 0 of 31 days observed"));
    assert!(!periods_drawn(&svg, 1, 12).contains(&4), "a zero is not a find");
}

#[test]
fn incomplete_periods_are_hollow_and_dashed() {
    let svg = draw(&sample());
    let doc = Document::parse(&svg).expect("well-formed");
    let lines = doc.descendants().find(|n| n.attribute("data-line") == Some("0")).expect("the line is there");
    let hollow =
        lines.children().filter(|n| n.has_tag_name("circle") && n.attribute("fill") == Some("#ffffff")).count();
    let dashed = lines.children().filter(|n| n.attribute("stroke-dasharray").is_some()).count();
    assert_eq!((hollow, dashed), (1, 1), "September, and the way there and back");
}

#[test]
fn foreign_text_stays_text() {
    let mut chart = sample();
    chart.title = "<script>alert(1)</script>\u{202e}\u{0}".into();
    chart.lines[0].name = "\"A\" & <B>".into();
    let svg = draw(&chart);
    assert!(!svg.contains("<script") && !svg.contains('\u{202e}') && !svg.contains('\u{0}'));
    let doc = Document::parse(&svg).expect("well-formed");
    assert!(doc.descendants().any(|n| n.text() == Some("\"A\" & <B>")));
    assert!(!terminal(&chart, 80, 24, false).contains('\u{202e}'));
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let (a, b) = (draw(&sample()), draw(&sample()));
    assert_eq!(a, b);
    assert_eq!(png(&a, 1.0).expect("draws"), png(&b, 1.0).expect("draws"));
}

#[test]
fn a_png_has_the_size_asked_for() {
    let png = png(&draw(&sample()), 2.0).expect("draws");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(png[16..24], [0, 0, 6, 64, 0, 0, 3, 72], "1600 x 840");
}

#[test]
fn a_png_of_nothing_is_an_error() {
    assert!(png("no svg", 1.0).is_err());
    let svg = draw(&sample());
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e6] {
        assert!(png(&svg, scale).is_err(), "{scale}");
    }
}

#[test]
fn long_text_makes_the_picture_taller_and_no_wider() {
    let mut chart = sample();
    chart.notes = vec!["word ".repeat(200)];
    let height = |chart: &Chart| {
        let svg = svg(chart, Theme::Light, Size { width: 400, height: 200 });
        let doc = Document::parse(&svg).expect("well-formed");
        assert!((attribute(doc.root_element(), "width") - 400.0).abs() < 1e-9);
        attribute(doc.root_element(), "height")
    };
    assert!(height(&chart) > height(&sample()));
}

#[test]
fn themes_differ_in_colours_only() {
    let dark = svg(&sample(), Theme::Dark, Size::default());
    assert!(dark.contains("#14181d") && !dark.contains("#ffffff"));
    let auto = svg(&sample(), Theme::Auto, Size::default());
    assert!(auto.contains("prefers-color-scheme:dark"));
    assert_eq!(
        png(&auto, 1.0).expect("draws"),
        png(&draw(&sample()), 1.0).expect("draws"),
        "a rasteriser shows the light one"
    );
}

#[test]
fn a_chart_of_nothing_says_so() {
    let empty = draw(&Chart::default());
    assert!(empty.contains("Nothing to draw"));
    let mut chart = sample();
    for period in &mut chart.periods {
        period.observed.days = 0;
    }
    let svg = draw(&chart);
    assert!(svg.contains("No value to draw"));
    assert!(periods_drawn(&svg, 0, 12).is_empty());
}

#[test]
fn a_point_alone_is_visible_among_many_days() {
    let mut values = vec![None; 366];
    values[200] = Some(2.0);
    let chart = Chart { periods: days(2024, 366), lines: vec![line("Putin", values)], ..Chart::default() };
    assert_eq!(periods_drawn(&draw(&chart), 0, 366), [200]);
    let text = terminal(&chart, 80, 24, false);
    assert_eq!(text.matches('●').count(), 2, "the point and the legend");
}

#[test]
fn the_table_of_widths_agrees_with_the_font() {
    use resvg::usvg::{self, fontdb};
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("font/inter-regular.otf").to_vec());
    let options = usvg::Options { fontdb: std::sync::Arc::new(fonts), ..usvg::Options::default() };
    for words in ["mentions per month", "486 of 609 days", "Xi Jinping", "WWW@@@ill"] {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"999\" height=\"99\">\
             <text y=\"50\" font-family=\"Inter\" font-size=\"20\">{words}</text></svg>"
        );
        let tree = usvg::Tree::from_str(&svg, &options).expect("parses");
        let real = f64::from(tree.root().bounding_box().width());
        let ours = width(words, 20.0);
        assert!((real - ours).abs() < 0.04 * real, "{words}: {real} or {ours}");
    }
}

#[test]
fn the_terminal_shows_gaps_and_glyphs() {
    let text = terminal(&sample(), 72, 24, false);
    for part in ["Leaders named by KCNA", "mentions per month", "●⠤ Putin", "■⠤ Xi", "░", "○"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(text.contains("░░ no day observed"));
    assert!(text.contains("320 of 366 days observed (87%)"));
    assert_eq!(text.lines().count(), 24);
    assert!(terminal(&sample(), 72, 24, true).contains("\x1b[38;5;33m"));
}

#[test]
fn intervals_break_where_there_is_none() {
    let mut chart = Chart {
        y_kind: YKind::Share,
        periods: months(2024, 1, 6),
        lines: vec![line("a", [Some(0.2); 6])],
        ..Chart::default()
    };
    for point in &mut chart.lines[0].points {
        (point.low, point.high) = (Some(0.1), Some(0.3));
    }
    let areas = |chart: &Chart| draw(chart).matches("fill-opacity").count();
    assert_eq!(areas(&chart), 1);
    chart.lines[0].points[3].low = None;
    assert_eq!(areas(&chart), 2);
    chart.periods[1].observed = Observed::default();
    assert_eq!(areas(&chart), 3, "an interval needs a value that may be drawn");
}

/// What a terminal shows of a line: without escape sequences.
fn shown(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, r)| r);
    }
    out + rest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_chart_is_drawn_and_keeps_the_law(chart in any_chart()) {
        let svg = draw(&chart);
        let document = Document::parse(&svg);
        prop_assert!(document.is_ok(), "{}", svg);
        // A line may be called "NaN"; none may be drawn there.
        for attribute in document.iter().flat_map(Document::descendants).flat_map(|node| node.attributes()) {
            prop_assert!(!attribute.value().contains("NaN") && !attribute.value().starts_with("inf"), "{}", svg);
        }
        if chart.periods.is_empty() || chart.lines.is_empty() {
            return Ok(());
        }
        for (n, line) in chart.lines.iter().enumerate() {
            let allowed: Vec<usize> = (0..chart.periods.len())
                .filter(|i| chart.drawn(line, *i).is_some())
                .collect();
            prop_assert_eq!(periods_drawn(&svg, n, chart.periods.len()), allowed);
        }
    }

    #[test]
    fn any_chart_fits_any_terminal(chart in any_chart(), width in 0usize..140, height in 0usize..60) {
        for colour in [false, true] {
            for line in terminal(&chart, width, height, colour).lines() {
                prop_assert!(columns(&shown(line)) <= width, "{:?} in {}", line, width);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_chart_becomes_a_png(chart in any_chart()) {
        prop_assert!(png(&draw(&chart), 0.5).is_ok());
    }
}

#[test]
fn a_period_without_days_is_not_observed() {
    let nothing = Observed { days: 3, of: 0 };
    assert!(nothing.is_none() && !nothing.is_full());
    let chart = Chart { periods: vec![Period::default()], lines: vec![line("a", [Some(0.0)])], ..Chart::default() };
    assert_eq!(chart.drawn(&chart.lines[0], 0), None);
}
