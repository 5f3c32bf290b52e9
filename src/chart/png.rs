//! The SVG as a PNG, by `resvg` with a font of our own.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};

/// The embedded family, and the first in every SVG's `font-family`.
///
/// Inter (SIL Open Font License, `font/OFL.txt`) in a regular and a semi-bold cut, reduced down to Latin,
/// Cyrillic and some punctuation, so that a machine without any font draws the same picture.
pub(super) const FAMILY: &str = "Inter";

const FONTS: [&[u8]; 2] = [include_bytes!("font/inter-regular.otf"), include_bytes!("font/inter-semibold.otf")];

/// More than any page or poster needs; 40 million pixels are 160 MB while drawing.
const MOST_PIXELS: f64 = 40e6;

/// Why there is no PNG.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// What was given is not an SVG.
    #[error("cannot read the SVG: {0}")]
    Svg(#[from] usvg::Error),
    /// The scale is not a positive number, or the picture would be empty or too large.
    #[error("a scale of {scale} makes no usable picture (at most {MOST_PIXELS} pixels)")]
    Scale {
        /// The scale asked for.
        scale: f32,
    },
    /// The pixels could not be written as a PNG.
    #[error("cannot encode the PNG: {0}")]
    Encode(String),
}

/// Draws an SVG as a PNG, `scale` pixels for each of its CSS pixels (2 for print and sharp screens).
///
/// Text is set in the embedded font, the same on every machine. Only if it holds characters that
/// font lacks (Hangul, Han, kana) the system's fonts are looked up for these; without any, they
/// stay blank. Nothing else is read: links to files and pictures are not followed.
///
/// # Errors
/// If `svg` is not an SVG, the scale gives no picture or one over 40 million pixels, or encoding
/// fails.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    let options = usvg::Options {
        font_family: FAMILY.to_owned(),
        fontdb: fonts(svg),
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        font_resolver: usvg::FontResolver {
            select_font: usvg::FontResolver::default_font_selector(),
            select_fallback: Box::new(fallback),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options)?;
    let bad = || ChartError::Scale { scale };
    if !scale.is_finite() || scale <= 0.0 {
        return Err(bad());
    }
    let (width, height) = ((tree.size().width() * scale).ceil(), (tree.size().height() * scale).ceil());
    if f64::from(width) * f64::from(height) > MOST_PIXELS {
        return Err(bad());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and bounded by the pixel limit above"
    )]
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or_else(bad)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| ChartError::Encode(e.to_string()))
}

/// The fonts for a text: ours, and the system's only where ours do not suffice, because looking
/// those up takes long and differs from machine to machine.
fn fonts(text: &str) -> Arc<fontdb::Database> {
    static OWN: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    static ALL: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let own = || {
        let mut fonts = fontdb::Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family(FAMILY);
        fonts
    };
    if text.chars().all(covered) {
        OWN.get_or_init(|| Arc::new(own())).clone()
    } else {
        ALL.get_or_init(|| {
            let mut fonts = own();
            fonts.load_system_fonts();
            fonts.set_sans_serif_family(FAMILY);
            Arc::new(fonts)
        })
        .clone()
    }
}

/// A face for a character that the faces tried so far lack.
///
/// `usvg`'s own choice is the first face that has it, be it a condensed bold or one for formulas.
/// So it is asked until it has named them all, and the plainest upright sans-serif is taken.
fn fallback(c: char, tried: &[fontdb::ID], fonts: &mut Arc<fontdb::Database>) -> Option<fontdb::ID> {
    let weight = fonts.face(*tried.first()?)?.weight.0;
    let next = usvg::FontResolver::default_fallback_selector();
    let mut named = tried.to_vec();
    while let Some(id) = next(c, &named, fonts) {
        named.push(id);
    }
    named.into_iter().skip(tried.len()).min_by_key(|id| {
        fonts.face(*id).map(|face| {
            let family = face.families.first().map_or("", |(name, _)| name);
            (
                face.style != fontdb::Style::Normal,
                face.stretch != fontdb::Stretch::Normal,
                face.monospaced,
                !family.contains("Sans"),
                face.weight.0.abs_diff(weight),
            )
        })
    })
}

/// Whether the embedded font has a character. Must agree with how the subset was cut:
/// `pyftsubset --no-hinting --layout-features=kern,mark,mkmk,ccmp --unicodes=` these ranges.
fn covered(c: char) -> bool {
    matches!(c,
        '\n' | '\u{20}'..='\u{7E}' | '\u{A0}'..='\u{148}' | '\u{14A}'..='\u{17F}'
        | '\u{400}'..='\u{45F}' | '\u{2009}' | '\u{200A}' | '\u{2010}'..='\u{2015}'
        | '\u{2018}'..='\u{201E}' | '\u{2020}' | '\u{2022}' | '\u{2026}' | '\u{202F}' | '\u{2030}'
        | '\u{2032}' | '\u{2033}' | '\u{2039}' | '\u{203A}' | '\u{20AC}' | '\u{2116}'
        | '\u{2122}' | '\u{2190}'..='\u{2193}' | '\u{2212}' | '\u{2248}' | '\u{2260}'
        | '\u{2264}' | '\u{2265}')
}
