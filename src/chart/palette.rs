//! Colours and marker shapes.
//!
//! The colours are Okabe and Ito's, which people with any common colour blindness can tell apart,
//! without their yellow (invisible on white) and continued by Paul Tol's muted ones. As twelve
//! colours are more than an eye can name, every line has a marker shape of its own too, so that
//! a photocopy still reads.

use std::fmt::Write;

/// What the picture lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// White paper: for print, and for pages that bring [`style_sheet`] themselves.
    #[default]
    Light,
    /// A dark screen.
    Dark,
    /// Light, with [`style_sheet`] inside the SVG, so that a browser follows the reader's
    /// preference. Rasterisers show the light one. A page whose content security policy forbids
    /// inline styles takes `Light` and serves the sheet itself.
    Auto,
}

/// A colour by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// The background, and the inside of hollow markers.
    Paper,
    /// Title and names.
    Ink,
    /// Everything else that is written.
    Muted,
    /// Grid lines.
    Grid,
    /// The zero line and ticks.
    Axis,
    /// The ground of periods not fully observed.
    Tint,
    /// The hatch on that ground.
    Hatch,
    /// Observed days in the coverage strip.
    Seen,
    /// The n-th line; beyond the palette they repeat with other shapes.
    Line(usize),
}

/// Name of the class, light, dark.
const ROLES: [(&str, &str, &str); 8] = [
    ("paper", "#ffffff", "#14181d"),
    ("ink", "#1b1f24", "#eceff2"),
    ("muted", "#5b6470", "#a3adb8"),
    ("grid", "#e7eaee", "#2a3138"),
    ("axis", "#8b949e", "#6b7681"),
    ("tint", "#f5f6f8", "#1b2026"),
    ("hatch", "#a9b2bc", "#56616c"),
    ("seen", "#7d8b99", "#8492a0"),
];

const LINES: [(&str, &str); 12] = [
    ("#0072b2", "#56a9e8"),
    ("#d55e00", "#f28e4b"),
    ("#009e73", "#3cc79b"),
    ("#c05a96", "#e8a3c8"),
    ("#e69f00", "#f2be4a"),
    ("#56b4e9", "#a5d8f7"),
    ("#40464d", "#d5dae0"),
    ("#882255", "#d1709e"),
    ("#8a8a1f", "#cfcf6a"),
    ("#332288", "#9a8fe0"),
    ("#44aa99", "#7fd6c8"),
    ("#aa4499", "#db8cd0"),
];

impl Colour {
    fn entry(self) -> (String, &'static str, &'static str) {
        let role = match self {
            Self::Paper => 0,
            Self::Ink => 1,
            Self::Muted => 2,
            Self::Grid => 3,
            Self::Axis => 4,
            Self::Tint => 5,
            Self::Hatch => 6,
            Self::Seen => 7,
            Self::Line(n) => {
                let n = n % LINES.len();
                let (light, dark) = LINES[n];
                return (format!("line{n}"), light, dark);
            }
        };
        let (name, light, dark) = ROLES[role];
        (name.to_owned(), light, dark)
    }

    /// The colour itself, `#rrggbb`.
    pub(super) fn hex(self, theme: Theme) -> &'static str {
        let (_, light, dark) = self.entry();
        if theme == Theme::Dark { dark } else { light }
    }

    /// The attributes that paint something: the colour for programs without style sheets, and a
    /// class beside it for those with.
    pub(super) fn attributes(fill: Option<Self>, stroke: Option<Self>, theme: Theme) -> String {
        let mut classes = Vec::new();
        let mut out = String::new();
        match fill {
            Some(fill) => {
                classes.push(format!("f-{}", fill.entry().0));
                let _ = write!(out, " fill=\"{}\"", fill.hex(theme));
            }
            None => out.push_str(" fill=\"none\""),
        }
        if let Some(stroke) = stroke {
            classes.push(format!("s-{}", stroke.entry().0));
            let _ = write!(out, " stroke=\"{}\"", stroke.hex(theme));
        }
        if !classes.is_empty() {
            let _ = write!(out, " class=\"{}\"", classes.join(" "));
        }
        out
    }
}

/// The style sheet that makes charts drawn for [`Theme::Light`] follow the reader's preference
/// for dark, to be served by a page that holds them inline.
#[must_use]
pub fn style_sheet() -> String {
    let roles = [
        Colour::Paper,
        Colour::Ink,
        Colour::Muted,
        Colour::Grid,
        Colour::Axis,
        Colour::Tint,
        Colour::Hatch,
        Colour::Seen,
    ];
    let mut out = String::from("@media screen and (prefers-color-scheme:dark){");
    for colour in roles.into_iter().chain((0..LINES.len()).map(Colour::Line)) {
        let (name, _, dark) = colour.entry();
        let _ = write!(out, ".sinmun-chart .f-{name}{{fill:{dark}}}.sinmun-chart .s-{name}{{stroke:{dark}}}");
    }
    out.push('}');
    out
}

/// The colours as variables of a style sheet (`--ink`, `--line0`), light, and dark where the reader prefers it: what
/// stands around a chart takes them from here.
#[must_use]
pub fn colours() -> String {
    let names = ROLES.iter().map(|(name, ..)| (*name).to_owned()).chain((0..LINES.len()).map(|n| format!("line{n}")));
    let both: Vec<(String, &str, &str)> = names
        .zip(ROLES.iter().map(|(_, light, dark)| (*light, *dark)).chain(LINES))
        .map(|(name, (light, dark))| (name, light, dark))
        .collect();
    let sheet = |colour: &dyn Fn(&(String, &'static str, &'static str)) -> &'static str| {
        both.iter().fold(String::new(), |sheet, entry| format!("{sheet}--{}:{};", entry.0, colour(entry)))
    };
    format!(":root{{{}}}@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}", sheet(&|e| e.1), sheet(&|e| e.2))
}

/// The n-th line's colour in a terminal's 256: they hold on black and on white, and more terminals
/// know them than know 24-bit colours.
pub(super) fn ansi(n: usize) -> u8 {
    const CODES: [u8; 12] = [33, 166, 35, 169, 178, 74, 245, 132, 142, 99, 73, 134];
    CODES[n % CODES.len()]
}

/// Glyphs of the n-th line in a terminal: observed, and not fully observed.
pub(super) fn glyphs(n: usize) -> (char, char) {
    const GLYPHS: [(char, char); 12] = [
        ('●', '○'),
        ('■', '□'),
        ('▲', '△'),
        ('◆', '◇'),
        ('▼', '▽'),
        ('★', '☆'),
        ('◀', '◁'),
        ('▶', '▷'),
        ('♠', '♤'),
        ('♣', '♧'),
        ('♥', '♡'),
        ('◉', '◎'),
    ];
    GLYPHS[n % GLYPHS.len()]
}

/// The outline of the n-th line's marker around (0, 0) with about the area of a circle of
/// radius 1; `None` is the circle itself.
///
/// All are closed, since every one must exist filled (observed) and hollow (not fully observed);
/// a plus or an x would not.
pub(super) fn marker(n: usize) -> Option<&'static [(f64, f64)]> {
    const SQUARE: [(f64, f64); 4] = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)];
    const UP: [(f64, f64); 3] = [(0.0, -1.3), (1.2, 0.85), (-1.2, 0.85)];
    const DIAMOND: [(f64, f64); 4] = [(0.0, -1.35), (1.15, 0.0), (0.0, 1.35), (-1.15, 0.0)];
    const DOWN: [(f64, f64); 3] = [(0.0, 1.3), (1.2, -0.85), (-1.2, -0.85)];
    const STAR: [(f64, f64); 10] = [
        (0.0, -1.5),
        (0.4, -0.5),
        (1.43, -0.46),
        (0.62, 0.2),
        (0.88, 1.2),
        (0.0, 0.63),
        (-0.88, 1.2),
        (-0.62, 0.2),
        (-1.43, -0.46),
        (-0.4, -0.5),
    ];
    const LEFT: [(f64, f64); 3] = [(-1.3, 0.0), (0.85, -1.2), (0.85, 1.2)];
    const RIGHT: [(f64, f64); 3] = [(1.3, 0.0), (-0.85, -1.2), (-0.85, 1.2)];
    const CROSS: [(f64, f64); 12] = [
        (-0.45, -1.3),
        (0.45, -1.3),
        (0.45, -0.45),
        (1.3, -0.45),
        (1.3, 0.45),
        (0.45, 0.45),
        (0.45, 1.3),
        (-0.45, 1.3),
        (-0.45, 0.45),
        (-1.3, 0.45),
        (-1.3, -0.45),
        (-0.45, -0.45),
    ];
    const TALL: [(f64, f64); 4] = [(-0.55, -1.3), (0.55, -1.3), (0.55, 1.3), (-0.55, 1.3)];
    const WIDE: [(f64, f64); 4] = [(-1.3, -0.55), (1.3, -0.55), (1.3, 0.55), (-1.3, 0.55)];
    const HOUSE: [(f64, f64); 5] = [(0.0, -1.3), (1.0, -0.2), (1.0, 1.0), (-1.0, 1.0), (-1.0, -0.2)];
    const SHAPES: [Option<&[(f64, f64)]>; 12] = [
        None,
        Some(&SQUARE),
        Some(&UP),
        Some(&DIAMOND),
        Some(&DOWN),
        Some(&STAR),
        Some(&CROSS),
        Some(&LEFT),
        Some(&RIGHT),
        Some(&HOUSE),
        Some(&TALL),
        Some(&WIDE),
    ];
    // After a full turn of the palette the shapes move on by one, so that no pair repeats.
    SHAPES[(n + n / LINES.len()) % SHAPES.len()]
}
