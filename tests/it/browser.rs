//! The dashboard as a person has it: in a real browser, over a year collected from the stand-in and over the archives
//! of the fixtures. Pictures of every page are left in `target/screenshots`.

use serde_json::Value;

use crate::harness::{Sinmun, root};
use crate::serving::Serving;
use crate::webdriver::Browser;

const PAGES: [(&str, &str); 10] = [
    ("overview", "/"),
    ("series", "/series?entity=xi-jinping,putin&measure=share&outlet=kcna&edition=en"),
    ("indicator", "/indicator"),
    ("mentions", "/mentions?entity=xi-jinping,putin"),
    ("messages", "/messages"),
    ("coverage", "/coverage"),
    ("sources", "/sources"),
    ("search", "/search?q=letter"),
    ("changes", "/changes"),
    ("refused", "/series?from=yesterday"),
];

/// A year of the stand-in, with the Korean fixtures beside it.
fn year() -> Sinmun {
    let sinmun = Sinmun::new();
    let data = sinmun.data();
    let run = sinmun.run(&["-q", "demo", "--keep", &data.display().to_string()]);
    assert_eq!(run.status, Some(0), "{run}");
    sinmun
}

fn shot(browser: &Browser, name: &str) {
    browser.picture(&root().join("target/screenshots").join(format!("{name}.png")));
}

fn wide_by(browser: &Browser) -> i64 {
    browser.value("document.documentElement.scrollWidth - innerWidth").as_i64().expect("pixels")
}

#[test]
fn pages_in_a_real_browser() {
    let Some(browser) = Browser::start() else { return };
    let sinmun = year();
    let serving = Serving::start(&sinmun);
    let article = serving.get("/api/v1/mentions?entity=putin&limit=1").json()["rows"][0]["article"].clone();
    let article = format!("/articles/{}", article.as_str().expect("a name"));
    let pages = PAGES.iter().copied().chain([("article", article.as_str())]);
    for (name, path) in pages.clone() {
        for (width, height) in [(1600, 1000), (360, 740)] {
            browser.resize(width, height);
            browser.open(&format!("{}{path}", serving.base));
            let mut complaints = browser.complaints();
            // The refused page is a refusal, which the browser tells of.
            complaints.retain(|told| !(name == "refused" && told.contains("status of 400")));
            assert!(complaints.is_empty(), "{path} at {width}: {complaints:#?}");
            assert!(wide_by(&browser) <= 0, "{path} at {width} is {} pixels too wide", wide_by(&browser));
            shot(&browser, &format!("{name}-{width}"));
        }
    }
    for (name, path) in [("overview", "/"), ("coverage", "/coverage")] {
        browser.resize(1600, 1000);
        browser.prefer("dark");
        browser.open(&format!("{}{path}", serving.base));
        shot(&browser, &format!("{name}-dark"));
        browser.prefer("light");
    }
    chart_says_what_the_api_says(&browser, &serving, &sinmun);
    filters_change_the_figures(&browser, &serving);
    keys_and_no_script(&browser, &serving);
}

/// The values in the page, those of the API and those of the command line are the same; pointing shows them.
fn chart_says_what_the_api_says(browser: &Browser, serving: &Serving, sinmun: &Sinmun) {
    let query = "entity=putin&measure=articles&by=month&outlet=kcna&edition=en";
    browser.resize(1600, 1000);
    browser.open(&format!("{}/series?{query}", serving.base));
    let chart: Value = serde_json::from_str(
        browser.value("document.querySelector('figure[data-chart]').dataset.chart").as_str().expect("values"),
    )
    .expect("JSON");
    let api = serving.get(&format!("/api/v1/series?{query}")).json();
    let told = sinmun.rows(&["series", "putin", "--measure", "articles", "--outlet", "kcna", "--edition", "en"]);
    assert_eq!(api["rows"], Value::Array(told.clone()));
    let drawn = chart["lines"][0]["values"].as_array().expect("values");
    assert_eq!(drawn.len(), told.len());
    for (drawn, row) in drawn.iter().zip(&told) {
        assert_eq!(drawn.as_f64(), row["value"].as_f64(), "{row}");
    }
    assert!(drawn.iter().filter(|value| value.as_f64().is_some_and(|v| v > 0.0)).count() > 6);
    let shown = browser.value("[...document.querySelectorAll('tbody td.strong')].map(cell => cell.innerText).join()");
    let values: Vec<String> =
        told.iter().map(|row| row["value"].as_u64().map_or_else(|| "(0)".to_owned(), |v| v.to_string())).collect();
    assert_eq!(shown.as_str().expect("cells"), values.join(","), "the table");

    browser.value("document.querySelector('.u-over').scrollIntoView({block: 'center'})");
    let place = browser.value(
        "(box => [Math.round(box.left + box.width * 0.62), Math.round(box.top + box.height / 2)])(document.querySelector('.u-over').getBoundingClientRect())",
    );
    browser.point(place[0].as_i64().expect("x"), place[1].as_i64().expect("y"));
    let legend = browser.value("document.querySelector('.u-legend').innerText");
    let legend = legend.as_str().expect("text");
    let pointed = told.iter().find(|row| legend.contains(row["period"].as_str().expect("a period")));
    let pointed = pointed.unwrap_or_else(|| panic!("no period in {legend:?}"));
    for part in [
        pointed["value"].to_string(),
        format!("{} of {} days observed", pointed["days_observed"], pointed["days"]),
        format!("{} articles", pointed["articles"]),
    ] {
        assert!(legend.contains(&part), "{part} is not in {legend:?}");
    }
    shot(browser, "hover");
}

fn filters_change_the_figures(browser: &Browser, serving: &Serving) {
    browser.open(&format!("{}/series?entity=putin&outlet=kcna&edition=en", serving.base));
    let rows = "document.querySelectorAll('main tbody tr').length";
    let before = browser.value(rows).as_u64().expect("rows");
    browser.value(
        "(form => { form.querySelector('[name=by]').value = 'quarter'; form.querySelector('[value=xi-jinping]').click(); form.requestSubmit(); })(document.querySelector('form'))",
    );
    let mut after = before;
    for _ in 0..50 {
        if browser.value("location.search").as_str().is_some_and(|search| search.contains("by=quarter")) {
            after = browser.value(rows).as_u64().expect("rows");
            break;
        }
    }
    assert!(after != before, "{before} rows before and after");
    let names = browser.value("[...document.querySelectorAll('main tbody td')].map(cell => cell.innerText).join()");
    let names = names.as_str().expect("cells");
    assert!(names.contains("Xi Jinping") && names.contains("Putin"), "{names}");
}

/// A chart is read by keys too, and everything is there without scripts.
fn keys_and_no_script(browser: &Browser, serving: &Serving) {
    browser.open(&format!("{}/series?entity=putin&outlet=kcna&edition=en", serving.base));
    let press = "document.querySelector('.plot').dispatchEvent(new KeyboardEvent('keydown', {key: 'Home', bubbles: true, cancelable: true}))";
    browser.value(press);
    let spoken = browser.value("document.querySelector('.spoken').textContent");
    assert!(spoken.as_str().is_some_and(|text| text.contains("days observed")), "{spoken}");
    browser.scripts(false);
    browser.resize(1600, 1000);
    browser.open(&format!("{}/series?entity=putin&outlet=kcna&edition=en", serving.base));
    shot(browser, "series-without-scripts");
    browser.scripts(true);
    let drawn = browser.value("getComputedStyle(document.querySelector('figure .wide')).display");
    assert_eq!(drawn, "block", "the SVG is shown where no script runs");
}
