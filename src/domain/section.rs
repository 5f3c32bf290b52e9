//! The sections of the outlets by one set of ids, over layouts and editions.

use serde::Deserialize;

/// The table compiled into the binary.
const BUILT_IN: &str = include_str!("../../config/sections.toml");

/// What each section is called where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    section: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    names: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
}

impl Sections {
    /// The built-in table.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn built_in() -> Self {
        toml::from_str(BUILT_IN).expect("the built-in sections")
    }

    /// The id of a section by its name as found (case, kinds of blank and of apostrophe aside), else by the address of
    /// its list. `None` for one that is not known.
    pub fn id(&self, name: &str, address: Option<&str>) -> Option<&str> {
        let name = plain(name);
        let named = |row: &&Row| row.names.iter().any(|known| plain(known) == name);
        let keyed =
            |row: &&Row| address.is_some_and(|address| row.keys.iter().any(|key| address.contains(key.as_str())));
        let found = self.section.iter().find(named).or_else(|| self.section.iter().find(keyed));
        found.map(|row| row.id.as_str())
    }
}

fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_set_of_ids_for_every_name() {
        let sections = Sections::built_in();
        for (name, id) in [
            ("Top News", Some("top")),
            ("중요소식", Some("top")),
            (" society-life", Some("society")),
            ("WPK General Secretary Kim Jong Un’s Revolutionary\u{a0}Activities", Some("kim-jong-un")),
            ("혁명활동소식", Some("kim-jong-un")),
            ("Celebrations for New Year", None),
            ("", None),
        ] {
            assert_eq!(sections.id(name, None), id, "{name}");
        }
        let address = "http://www.kcna.kp/ru/article/list/ecc14533d88be93068af4178946b1b05";
        assert_eq!(sections.id("Новости мира", Some(address)), Some("world"));
    }

    #[test]
    fn no_name_or_key_means_two_sections() {
        let sections = Sections::built_in();
        let mut all: Vec<String> = sections
            .section
            .iter()
            .flat_map(|row| {
                row.names.iter().map(|name| plain(name)).chain(row.keys.clone()).chain([format!("#{}", row.id)])
            })
            .collect();
        let before = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), before);
    }
}
