//! `plot`: a series as a chart.

use std::path::Path;

use super::Session;
use super::args::PlotArgs;
use super::failure::Failure;
use super::output::Output;
use super::series::answer;
use crate::chart::{self, Size, Theme};
use crate::plot;

pub fn run(session: &Session<'_>, args: &PlotArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let answer = answer(session, &args.of, &args.reading)?;
    if answer.rows.is_empty() {
        return Err(Failure::Failed("the store holds nothing of that; see `sinmun coverage`".to_owned()));
    }
    let mut chart = plot::series(&answer.rows, &answer.lexicon, args.title.as_deref());
    chart.notes.extend(answer.footnote);
    let Some(path) = &args.out else {
        let text = chart::terminal(&chart, output.width().min(160), 24, output.colour());
        output.raw(text.as_bytes())?;
        return Ok(0);
    };
    let theme = if args.dark { Theme::Dark } else { Theme::Light };
    let svg = chart::svg(&chart, theme, Size::default());
    let bytes = match path.extension().and_then(|e| e.to_str()) {
        Some("svg") => svg.into_bytes(),
        Some("png") => chart::png(&svg, 2.0).map_err(|error| Failure::Failed(error.to_string()))?,
        _ => return Err(Failure::Usage(format!("{}: the name must end in .svg or .png", path.display()))),
    };
    write(path, &bytes)?;
    session.note(&format!("wrote {}", path.display()));
    Ok(0)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::Io(format!("cannot write {}: {error}", path.display())))
}
