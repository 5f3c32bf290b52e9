//! `config`, `completions`, `man`: about the program itself.

use clap::CommandFactory as _;

use super::Session;
use super::args::{Cli, CompletionsArgs, ConfigArgs, ManArgs};
use super::failure::Failure;
use super::output::Output;

pub fn config(session: &Session<'_>, args: &ConfigArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    if args.lexicon {
        output.raw(session.loaded.lexicon()?.to_toml().as_bytes())?;
        return Ok(0);
    }
    let from = session
        .loaded
        .path
        .as_ref()
        .map_or_else(|| "no file; the defaults".to_owned(), |path| path.display().to_string());
    output.raw(
        format!("# from: {from}\n# store: {}\n{}", session.paths.database().display(), session.loaded.to_toml())
            .as_bytes(),
    )?;
    Ok(0)
}

pub fn completions(args: &CompletionsArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sinmun", &mut script);
    output.raw(&script)?;
    Ok(0)
}

pub fn man(args: &ManArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    if let Some(folder) = &args.out {
        let cannot = |error: std::io::Error| Failure::Io(format!("cannot write to {}: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(cannot)?;
        clap_mangen::generate_to(Cli::command(), folder).map_err(cannot)?;
        return Ok(0);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    output.raw(&page)?;
    Ok(0)
}
