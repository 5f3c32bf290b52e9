//! The dashboard as a person has it: in a real browser, over a year collected from the stand-in and over the archives
//! of the fixtures. Pictures of every page are left in `target/screenshots`.

use serde_json::Value;

use crate::harness::{Sinmun, root};
use crate::serving::Serving;
use crate::webdriver::Browser;

const PAGES: [(&str, &str); 11] = [
    ("overview", "/"),
    ("series", "/series?entity=xi-jinping,putin&measure=share&outlet=kcna&edition=en"),
    ("silence", "/silence"),
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
        for (width, height) in [(1600, 1000), (800, 1000), (360, 740)] {
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
    for (name, path) in [("overview", "/"), ("silence", "/silence"), ("coverage", "/coverage")] {
        browser.resize(1600, 1000);
        browser.prefer("dark");
        browser.open(&format!("{}{path}", serving.base));
        shot(&browser, &format!("{name}-dark"));
        browser.prefer("light");
    }
    chart_says_what_the_api_says(&browser, &serving, &sinmun);
    filters_change_the_figures(&browser, &serving);
    a_silence_leads_to_its_sentence(&browser, &serving, &sinmun);
    marks_change_the_figures(&browser, &serving, &sinmun);
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
    // Whoever is not among the few to be clicked is typed; the browser knows the names.
    let offered = browser.value(
        "document.querySelector('input[name=entity][type=text]').list.querySelector('[value=li-qiang]').innerText",
    );
    assert_eq!(offered, "Li Qiang");
    browser.value("(form => { form.querySelector('input[name=entity][type=text]').value = 'li-qiang'; form.requestSubmit(); })(document.querySelector('form'))");
    let there = "location.search.includes('li-qiang') && document.readyState === 'complete'";
    assert!((0..50).any(|_| browser.value(there) == true), "the form asks for whom was typed");
    let checked = browser.value("document.querySelector('input[type=checkbox][value=li-qiang]').checked");
    assert_eq!(checked, true, "who was typed is there to be unchecked");
}

/// The page's silences are those of the API and of the command line, and each leads to the very words.
fn a_silence_leads_to_its_sentence(browser: &Browser, serving: &Serving, sinmun: &Sinmun) {
    browser.open(&format!("{}/silence", serving.base));
    let to = browser.value("document.querySelector('[name=to]').value");
    let to = to.as_str().expect("a day");
    let told = sinmun.rows(&["silence", "xi-jinping", "putin", "--to", to]);
    assert_eq!(serving.get(&format!("/api/v1/silence?to={to}")).json()["rows"], Value::Array(told.clone()));
    let shown = browser.value(
        "[...document.querySelectorAll('main tbody tr')].map(row => [2, 3, 5].map(n => row.cells[n].innerText.replace(',', '')).join(' ')).join()",
    );
    let rows: Vec<String> = told
        .iter()
        .map(|row| {
            let last = row["last_mention"].as_str().expect("a day");
            format!("{last} {} {}", row["days"], row["days_unobserved"])
        })
        .collect();
    assert_eq!(shown.as_str().expect("cells"), rows.join(","));
    let link = browser.value("document.querySelector('main tbody a').href");
    let link = link.as_str().expect("an address").to_owned();
    assert!(link.contains(told[0]["last_article"].as_str().expect("a name")), "{link}");
    browser.open(&link);
    let marked = browser.value(
        "(anchor => { while (anchor.className === 'anchor') anchor = anchor.nextElementSibling; return anchor.tagName + ' ' + anchor.innerText; })(document.querySelector(':target'))",
    );
    assert_eq!(marked, "MARK Xi Jinping", "{link}");
}

/// A mark changes the figure where marks are asked for, and the page says so; chosen in the form, it stands in the address.
fn marks_change_the_figures(browser: &Browser, serving: &Serving, sinmun: &Sinmun) {
    let asked = ["mentions", "putin", "--outlet", "kcna", "--edition", "en"];
    let last = sinmun.rows(&asked).pop().expect("a mention");
    let text = |name: &str| last[name].as_str().expect("text");
    let place = format!("{}:{}:{}-{}:putin", text("article"), text("field"), last["start"], last["end"]);
    sinmun.ok(&["review", "add", "false", &place, "--by", "A. Sample", "--why", "a test"]);
    let path = "series?entity=putin&by=year&outlet=kcna&edition=en";
    let figures = |browser: &Browser| {
        let cells = browser.value("[...document.querySelectorAll('main tbody td.strong')].map(cell => cell.innerText.replace(',', '')).join()");
        let told = browser.value("document.querySelector('.judged').innerText");
        (cells.as_str().expect("cells").to_owned(), told.as_str().expect("text").to_owned())
    };
    let told = |more: &[&str]| {
        let rows =
            sinmun.rows(&[&["series", "putin", "--by", "year", "--outlet", "kcna", "--edition", "en"], more].concat());
        rows.iter().map(|row| row["mentions"].to_string()).collect::<Vec<_>>().join(",")
    };
    browser.open(&format!("{}/{path}", serving.base));
    let (counted, said) = figures(browser);
    assert!(counted == told(&[]) && said.starts_with("As counted."), "{counted} {said}");
    browser.value("(form => { form.querySelector('[name=reviewed]').value = 'yes'; form.requestSubmit(); })(document.querySelector('form'))");
    let there = "location.search.includes('reviewed=yes') && document.readyState === 'complete'";
    assert!((0..50).any(|_| browser.value(there) == true), "the form leads to figures with marks");
    let (reviewed, said) = figures(browser);
    assert!(reviewed == told(&["--reviewed"]) && said.contains("1 mark applied"), "{reviewed} {said}");
    assert_ne!(counted, reviewed);
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
    shot(browser, "series-with-marks");
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
