//! Which texts are one article.
//!
//! Everything here is a property of the *set* of texts, never of the order they came in: edges between texts,
//! connected components, and one rule for items without a body that looks at the finished components. So an
//! archive imported in any order, in any portions, gives the same articles.
//!
//! All texts compared are of one outlet, edition and Korean day; a text of another day is another article.

use super::article::Content;
use super::frame::unframe;
use super::shingle::Shingles;
use super::stream::Edition;

/// From this similarity on, texts under one title on one day are one article, whatever their address.
pub const SAME_TITLE: f64 = 0.9;
/// From this similarity on, texts at one address on one day are one article, whatever their titles.
pub const SAME_ADDRESS: f64 = 0.5;

/// One distinct text, or one item without a body, as identity sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The normalised title.
    pub title: String,
    /// Full texts have shingles; other kinds have none.
    pub content: Content,
    /// The body's shingles.
    pub shingles: Shingles,
    /// Every address the text was found under, as keys.
    pub addresses: Vec<u64>,
    /// The text's hash: orders nodes where nothing else does.
    pub hash: [u8; 32],
}

/// The articles a day's texts make: groups of indices into `nodes`, each sorted by hash, ordered by their
/// first hash. Every node is in exactly one group.
///
/// - Two full texts are one article if they share the title and are at least [`SAME_TITLE`] alike, or share an
///   address and either the title or at least [`SAME_ADDRESS`] likeness.
/// - An item without a body is the article at its address if the titles agree.
/// - Left alone, it is an appearance of a full article with its title on that day (the one with the smallest
///   hash, where several have that title). A photo or video stays an item of its own.
pub fn articles(nodes: &[Node]) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..nodes.len()).collect();
    for i in 0..nodes.len() {
        for j in i + 1..nodes.len() {
            if same_article(&nodes[i], &nodes[j]) {
                join(&mut parent, i, j);
            }
        }
    }
    attach_bodiless(nodes, &mut parent);
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|&i| nodes[i].hash);
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for i in order {
        let root = root(&mut parent, i);
        match groups.iter_mut().find(|(r, _)| *r == root) {
            Some((_, group)) => group.push(i),
            None => groups.push((root, vec![i])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether two texts of one outlet, edition and day are the same article.
pub fn same_article(a: &Node, b: &Node) -> bool {
    let title = a.title == b.title;
    let address = a.addresses.iter().any(|address| b.addresses.contains(address));
    if a.content != Content::Full || b.content != Content::Full {
        return title && address;
    }
    if title && address {
        return true;
    }
    (title || address) && {
        let alike = a.shingles.similarity(&b.shingles);
        (title && alike >= SAME_TITLE) || (address && alike >= SAME_ADDRESS)
    }
}

/// Whether a text is the beginning of another one that was cut off somewhere on its way: it lacks the end mark that the
/// other has, and the other begins with it. A text that was shortened by its outlet has an end mark of its own. Texts
/// are normalised.
pub fn is_cut_off(text: &str, of: &str, edition: Edition) -> bool {
    let ended = |text: &str| unframe(text, edition).ended;
    text.len() < of.len() && of.starts_with(text.trim_end()) && ended(of) && !ended(text)
}

fn attach_bodiless(nodes: &[Node], parent: &mut [usize]) {
    for i in 0..nodes.len() {
        if !matches!(nodes[i].content, Content::HeadlineOnly | Content::Missing) {
            continue;
        }
        let own = root(parent, i);
        let has_text = (0..nodes.len()).any(|j| nodes[j].content == Content::Full && root(parent, j) == own);
        if has_text {
            continue;
        }
        let full = (0..nodes.len())
            .filter(|&j| nodes[j].content == Content::Full && nodes[j].title == nodes[i].title)
            .min_by_key(|&j| nodes[j].hash);
        if let Some(j) = full {
            join(parent, j, i);
        }
    }
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

fn join(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b)] = a.min(b);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn node(title: &str, body: &str, addresses: &[u64], seed: u8) -> Node {
        Node {
            title: title.to_owned(),
            content: if body.is_empty() { Content::HeadlineOnly } else { Content::Full },
            shingles: Shingles::of(body, Edition::En),
            addresses: addresses.to_vec(),
            hash: [seed; 32],
        }
    }

    const A: &str = "a sample text of a good many words that goes on for a while and then ends";
    const B: &str = "quite another sample on cranes and cement without one shingle in common here";

    #[test]
    fn the_title_alone_is_not_enough() {
        let nodes = [node("Condolatory Messages", A, &[1], 1), node("Condolatory Messages", B, &[2], 2)];
        assert_eq!(articles(&nodes), [vec![0], vec![1]]);
        let nodes = [node("Condolatory Messages", A, &[1], 1), node("Condolatory Messages", &format!("{A} "), &[2], 2)];
        assert_eq!(articles(&nodes), [vec![0, 1]]);
    }

    #[test]
    fn one_address_is_one_article_unless_it_was_used_again() {
        assert_eq!(articles(&[node("T", A, &[1], 1), node("T", B, &[1], 2)]).len(), 1);
        assert_eq!(articles(&[node("T", A, &[1], 1), node("U", &format!("{A} indeed"), &[1], 2)]).len(), 1);
        assert_eq!(articles(&[node("T", A, &[1], 1), node("U", B, &[1], 2)]).len(), 2);
        assert_eq!(articles(&[node("T", "", &[1], 1), node("U", "", &[1], 2)]).len(), 2);
    }

    #[test]
    fn items_without_a_body() {
        // At the address of a text, or alone under a text's title.
        assert_eq!(articles(&[node("T", "", &[1], 1), node("T", A, &[1], 2)]).len(), 1);
        assert_eq!(
            articles(&[node("T", "", &[9], 9), node("T", A, &[1], 2), node("T", B, &[3], 1)]),
            [vec![2, 0], vec![1]]
        );
        // Two headlines with one title and no text may be two stories.
        assert_eq!(articles(&[node("T", "", &[1], 1), node("T", "", &[2], 2)]).len(), 2);
        // A photo with a text's title is no article.
        let photo = Node { content: Content::Media, ..node("T", "", &[9], 9) };
        assert_eq!(articles(&[photo, node("T", A, &[1], 2)]).len(), 2);
    }

    #[test]
    fn a_text_that_was_cut_off_is_told_from_one_that_was_shortened() {
        let english = |text, of| is_cut_off(text, of, Edition::En);
        assert!(english("A sample. And", "A sample. And more. -0-"));
        assert!(is_cut_off("시험문장이다. ", "시험문장이다. 끝났다.(끝)", Edition::Ko));
        assert!(!english("A sample. -0-", "A sample. And more. -0-"));
        assert!(!english("A sample.", "A sample. And more."), "nothing says that either is whole");
        assert!(!english("Another", "A sample. -0-"));
    }

    fn any_node() -> impl Strategy<Value = Node> {
        (
            "[TU]",
            prop_oneof![
                Just(String::new()),
                Just(A.to_owned()),
                Just(format!("{A} x")),
                Just(B.to_owned()),
                Just(format!("{B} y z"))
            ],
            proptest::collection::vec(0u64..4, 0..3),
            any::<[u8; 32]>(),
        )
            .prop_map(|(title, body, addresses, hash)| Node { hash, ..node(&title, &body, &addresses, 0) })
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter((nodes, order) in proptest::collection::vec(any_node(), 1..9)
            .prop_flat_map(|nodes| { let n = nodes.len(); (Just(nodes), Just((0..n).collect::<Vec<_>>()).prop_shuffle()) }))
        {
            let sets = |nodes: &[Node]| -> Vec<Vec<[u8; 32]>> {
                articles(nodes).iter().map(|group| group.iter().map(|&i| nodes[i].hash).collect()).collect()
            };
            let shuffled: Vec<Node> = order.iter().map(|&i| nodes[i].clone()).collect();
            prop_assert_eq!(sets(&nodes), sets(&shuffled));
            prop_assert_eq!(sets(&nodes).iter().map(Vec::len).sum::<usize>(), nodes.len());
        }
    }
}
