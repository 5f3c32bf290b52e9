//! The command line: a thin file per group of commands. Each asks the store or starts an import and shows
//! what comes back; nothing is counted here.

mod args;
mod ask;
mod backfill;
mod backup;
mod check;
mod collect;
mod demo;
mod evidence;
mod export;
mod failure;
mod import;
mod indicator;
mod log;
mod messages;
mod meta;
mod output;
mod plot;
mod recount;
mod review;
mod series;
mod serve;
mod show;
mod silence;
mod standin;
mod status;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;

pub use args::Cli;
pub use failure::Failure;

use crate::config::Loaded;
use crate::daemon::Clock;
use crate::domain::day::Day;
use crate::domain::message::rules::Rules;
use crate::domain::method::Method;
use crate::store::{Paths, Reader, Writer, outdated};
use args::Command;
use output::Output;

/// What surrounds a run: everything a command takes from the outside world but its arguments.
pub struct Surroundings<'a> {
    /// The time, in seconds since 1970 UTC.
    pub now: i64,
    /// An environment variable, empty ones taken as absent.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The time again, for what runs for long.
    pub clock: Clock,
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Runs a command line, as `main` does; answers its exit code.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>, surroundings: &mut Surroundings<'_>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is a wrong use.
            let _ = error.print();
            return if error.use_stderr() { Failure::USAGE } else { 0 };
        }
    };
    match dispatch(&cli, surroundings) {
        Ok(code) => code,
        Err(Failure::ReaderGone) => 0,
        Err(failure) => {
            eprintln!("sinmun: {failure}");
            failure.code()
        }
    }
}

fn dispatch(cli: &Cli, surroundings: &mut Surroundings<'_>) -> Result<u8, Failure> {
    let loaded = Loaded::read(config_path(cli, surroundings))?;
    let session =
        Session { cli, paths: Paths::new(data_dir(cli, &loaded, surroundings)?), loaded, now: surroundings.now };
    if let Command::Demo(args) = &cli.command {
        return demo::run(&session, args, surroundings);
    }
    let (variable, clock) = (surroundings.variable, Clock::clone(&surroundings.clock));
    let colour = surroundings.terminal && (surroundings.variable)("NO_COLOR").is_none();
    let output = Output::new(surroundings.out, surroundings.terminal, colour, surroundings.width);
    match &cli.command {
        Command::Run(args) => collect::run(&session, args, &clock, variable),
        Command::Poll(args) => collect::poll(&session, args, &clock, variable, output),
        Command::Backfill(args) => backfill::run(&session, args, &clock, variable, output),
        Command::Demo(_) => unreachable!("told apart above"),
        Command::Status(args) => status::status(&session, args, output),
        Command::Changes(args) => status::changes(&session, args, output),
        Command::Reread(args) => collect::read_again(&session, args, variable, output),
        Command::Import(args) => import::run(&session, args, output),
        Command::Export(args) => export::run(&session, args, output),
        Command::Recount(args) => recount::run(&session, args, output),
        Command::Series(args) => series::run(&session, args, output),
        Command::Indicator(args) => indicator::run(&session, args, output),
        Command::Mentions(args) => ask::mentions(&session, args, output),
        Command::Messages(args) => messages::run(&session, args, output),
        Command::Silence(args) => silence::run(&session, args, output),
        Command::Review(args) => review::run(&session, args, output),
        Command::Coverage(args) => ask::coverage(&session, args, output),
        Command::Search(args) => ask::search(&session, args, output),
        Command::Show(args) => show::run(&session, args, output),
        Command::Plot(args) => plot::run(&session, args, output),
        Command::Sql(args) => ask::sql(&session, args, output),
        Command::Serve(args) => serve::run(&session, args, &clock, variable),
        Command::Backup(args) => backup::backup(&session, args, output),
        Command::Restore(args) => backup::restore(&session, args, output),
        Command::Check(args) => check::run(&session, args, output),
        Command::Config(args) => meta::config(&session, args, output),
        Command::Completions(args) => meta::completions(args, output),
        Command::Man(args) => meta::man(args, output),
    }
}

/// What every command works with.
struct Session<'a> {
    cli: &'a Cli,
    loaded: Loaded,
    paths: Paths,
    now: i64,
}

impl Session<'_> {
    fn today(&self) -> Day {
        Day::in_korea(self.now)
    }

    fn reader(&self) -> Result<Reader, Failure> {
        Ok(Reader::open(&self.paths, Duration::from_secs(self.loaded.config.query_seconds))?)
    }

    /// The configured lexicon and words of messages.
    fn method(&self) -> Result<Arc<Method>, Failure> {
        Ok(Arc::new(Method::new(&self.loaded.lexicon()?, &self.loaded.messages()?)))
    }

    /// The store for writing. Says why the first writing after an update of sinmun takes longer.
    fn writer(&self, method: &Arc<Method>, recounting: bool) -> Result<Writer, Failure> {
        if let Some(before) = outdated(&self.paths)? {
            self.note(&format!(
                "the store is of an earlier sinmun (schema {before}): it is copied beside itself, then brought up to date; for a million articles that takes about half a minute"
            ));
        }
        Ok(Writer::open(&self.paths, method, self.now, recounting)?)
    }

    /// The words of messages the store was read with; says so where the configured ones are others by now.
    fn rules(&self, reader: &Reader) -> Result<Rules, Failure> {
        let configured = self.loaded.messages()?;
        let Some(stored) = reader.rules()? else {
            self.note("the texts of this store have not been read for messages yet (see `sinmun recount`)");
            return Ok(configured);
        };
        if stored.method() != configured.method() {
            self.note(&format!(
                "messages are by method {}, the words the store was read with; yours is {} now (see `sinmun recount --dry-run`)",
                stored.method(),
                configured.method()
            ));
        }
        Ok(stored)
    }

    /// The store with the lexicon its figures rest on; says so where the configured one is another by now.
    fn counted(&self) -> Result<(Reader, crate::domain::lexicon::Lexicon), Failure> {
        let reader = self.reader()?;
        let configured = self.loaded.lexicon()?;
        // As a rule it is the configured one, which then need not be read a second time.
        let lexicon = match reader.lexicon_name()? {
            Some(name) if name != configured.method() => {
                self.note(&format!(
                    "figures are by method {name}, the lexicon the store was counted with; yours is {} now (see `sinmun recount --dry-run`)",
                    configured.method()
                ));
                reader.lexicon()?.unwrap_or(configured)
            }
            _ => configured,
        };
        Ok((reader, lexicon))
    }

    /// [`Session::counted`], with the analysts' marks where they are asked for.
    fn judged(&self, reviewed: bool) -> Result<(Reader, crate::domain::lexicon::Lexicon), Failure> {
        let (reader, lexicon) = self.counted()?;
        Ok((if reviewed { reader.reviewed(&lexicon)? } else { reader }, lexicon))
    }

    /// Says something beside the output, unless told to be quiet.
    fn note(&self, text: &str) {
        if !self.cli.quiet {
            eprintln!("sinmun: {text}");
        }
    }

    /// Says something only a curious user wants to know.
    fn detail(&self, text: &str) {
        if self.cli.verbose > 0 {
            eprintln!("sinmun: {text}");
        }
    }
}

/// The installed service's configuration: by it, a user without one of their own asks the service's store.
const SYSTEM: &str = "/etc/sinmun/sinmun.toml";

/// `--config`, else the first of the usual places that has a file.
fn config_path(cli: &Cli, surroundings: &Surroundings<'_>) -> Option<PathBuf> {
    let variable = surroundings.variable;
    cli.config.clone().or_else(|| {
        let service = variable("CONFIGURATION_DIRECTORY").map(|dir| PathBuf::from(dir).join("sinmun.toml"));
        let own = variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))
            .map(|dir| dir.join("sinmun/sinmun.toml"));
        [service, own, Some(PathBuf::from(SYSTEM))].into_iter().flatten().find(|path| path.is_file())
    })
}

/// `--data`, else the service's state directory, the configuration, or the user's own data folder.
fn data_dir(cli: &Cli, loaded: &Loaded, surroundings: &Surroundings<'_>) -> Result<PathBuf, Failure> {
    let variable = surroundings.variable;
    cli.data
        .clone()
        .or_else(|| loaded.config.data.clone())
        .or_else(|| variable("STATE_DIRECTORY").map(PathBuf::from))
        .or_else(|| variable("XDG_DATA_HOME").map(|dir| PathBuf::from(dir).join("sinmun")))
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/share/sinmun")))
        .ok_or_else(|| Failure::Config("no place for the store: give --data DIR, or set HOME".to_owned()))
}
