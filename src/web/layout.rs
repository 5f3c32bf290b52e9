//! What stands around every page.

use maud::{DOCTYPE, Markup, html};

use super::asked::Asked;
use super::asset;
use super::endpoints::ENDPOINTS;
use super::parts::text;

/// A whole page: head, menu, the page itself, foot. `here` is the name of the endpoint in the menu.
pub(super) fn shell(title: &str, here: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text(title)) " · sinmun" }
                link rel="stylesheet" href=(asset::STYLE.path());
                link rel="icon" type="image/svg+xml" href=(asset::ICON.path());
                link rel="alternate" type="application/atom+xml" title="New mentions of leaders" href="/feed.atom";
                script src=(asset::LIBRARY.path()) defer {}
                script src=(asset::CHARTS.path()) defer {}
            }
            body {
                a class="skip" href="#main" { "To the content" }
                header class="top" {
                    a class="brand" href="/" { "sinmun" span lang="ko" { "신문" } }
                    nav aria-label="Pages" {
                        @for endpoint in ENDPOINTS {
                            a href=(endpoint.path) aria-current=[(endpoint.name == here).then_some("page")] { (endpoint.title) }
                        }
                    }
                }
                main id="main" tabindex="-1" { (body) }
                footer class="foot" {
                    p { "A day nobody saw is never a zero: unobserved days are hatched, and every figure stands beside what it rests on." }
                    p {
                        a href="/feed.atom" { "Feed of new mentions" } " · "
                        a href="/api/v1/openapi.json" { "API" } " · "
                        a href="/metrics" { "Metrics" }
                    }
                }
            }
        }
    }
}

/// A page's heading, with a sentence, and the same as data.
pub(super) fn head(title: &str, lead: &Markup, name: &str, asked: &Asked) -> Markup {
    html! {
        header class="head" {
            h1 { (text(title)) }
            p class="lead" { (lead) }
            // On paper the form that says what is shown is not there: its address says it.
            p class="printed" { "sinmun " (address(name)) (text(&asked.whole().replace("%2C", ","))) }
            (data(name, asked))
        }
    }
}

fn address(name: &str) -> &'static str {
    ENDPOINTS.iter().find(|endpoint| endpoint.name == name).map_or("/", |endpoint| endpoint.path)
}

/// Links to the same rows as JSON and CSV.
pub(super) fn data(name: &str, asked: &Asked) -> Markup {
    let query = asked.whole();
    html! {
        p class="data" {
            span { "The same as" } " "
            a href={ "/api/v1/" (name) ".csv" (query) } { "CSV" } " "
            a href={ "/api/v1/" (name) (query) } { "JSON" }
        }
    }
}
