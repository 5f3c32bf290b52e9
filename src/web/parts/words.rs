//! Text made harmless, and what is marked in it.

use maud::{Markup, html};

use crate::answer::harmless;

/// Text from a hostile page: shown, never obeyed. What would turn its direction is made visible.
pub(in crate::web) fn text(text: &str) -> Markup {
    html! { (harmless(text)) }
}

/// A text with a span in it marked.
pub(in crate::web) fn marked(whole: &str, (start, end): (usize, usize)) -> Markup {
    spotted(whole, &[Spot { start, end, anchor: String::new(), told: String::new() }])
}

/// A place in a text that is marked.
#[derive(Debug, Clone)]
pub(in crate::web) struct Spot {
    pub start: usize,
    pub end: usize,
    /// What links to it lead to; none where it is empty.
    pub anchor: String,
    /// What it is, for those who point at it.
    pub told: String,
}

/// A text with places in it marked, given in the order of their beginnings; those that overlap are one mark.
pub(in crate::web) fn spotted(whole: &str, spots: &[Spot]) -> Markup {
    let mut groups: Vec<(usize, usize, Vec<&Spot>)> = Vec::new();
    for spot in spots.iter().filter(|spot| whole.get(spot.start..spot.end).is_some()) {
        match groups.last_mut() {
            Some((_, end, group)) if spot.start < *end => {
                *end = spot.end.max(*end);
                group.push(spot);
            }
            _ => groups.push((spot.start, spot.end, vec![spot])),
        }
    }
    let mut at = 0;
    html! {
        @for (start, end, group) in groups {
            @let told = group.iter().map(|spot| spot.told.as_str()).filter(|told| !told.is_empty()).collect::<Vec<_>>().join("; ");
            (text(&whole[at..start]))
            @for spot in &group { @if !spot.anchor.is_empty() { span class="anchor" id=(spot.anchor) {} } }
            mark title=[(!told.is_empty()).then_some(told)] { (text(&whole[start..end])) }
            @let () = at = end;
        }
        (text(&whole[at..]))
    }
}

/// The lines of a difference, taken out and put in.
pub(in crate::web) fn difference(diff: &str) -> Markup {
    html! {
        div class="diff" {
            @for line in diff.lines() {
                @match line.split_at_checked(1) {
                    Some(("-", gone)) => del { (text(gone)) },
                    Some(("+", new)) => ins { (text(new)) },
                    _ => p { (text(line)) },
                }
            }
        }
    }
}

/// The text of a search result, whose finds stand in « ».
pub(in crate::web) fn snippet(found: &str) -> Markup {
    let mut pieces = found.split('«');
    html! {
        (text(pieces.next().unwrap_or_default()))
        @for piece in pieces {
            @match piece.split_once('»') {
                Some((inside, after)) => { mark { (text(inside)) } (text(after)) }
                None => { "«" (text(piece)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(start: usize, end: usize, anchor: &str) -> Spot {
        Spot { start, end, anchor: anchor.to_owned(), told: anchor.to_uppercase() }
    }

    #[test]
    fn overlapping_places_are_one_mark_with_all_their_anchors() {
        let told = |spots: &[Spot]| spotted("the Chinese president <b>", spots).into_string();
        assert_eq!(
            told(&[spot(4, 11, "a"), spot(4, 21, "b")]),
            "the <span class=\"anchor\" id=\"a\"></span><span class=\"anchor\" id=\"b\"></span>\
             <mark title=\"A; B\">Chinese president</mark> &lt;b&gt;"
        );
        assert_eq!(
            told(&[spot(0, 3, ""), spot(4, 11, "a")]),
            "<mark>the</mark> <span class=\"anchor\" id=\"a\"></span><mark title=\"A\">Chinese</mark> president &lt;b&gt;"
        );
        assert_eq!(told(&[spot(4, 99, "a")]), "the Chinese president &lt;b&gt;");
    }

    #[test]
    fn what_was_found_is_marked_and_a_lone_quote_is_none() {
        let told = |found| snippet(found).into_string();
        assert_eq!(told("a «b» <c>"), "a <mark>b</mark> &lt;c&gt;");
        assert_eq!(told("a « b"), "a « b");
    }
}
