//! The `sinmun` program: the outside world in, an exit code out.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

use sinmun::cli::{Surroundings, run};
use sinmun::daemon::Clock;

fn main() -> ExitCode {
    let out = std::io::stdout();
    let terminal = out.is_terminal();
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let width = terminal_width(terminal, variable("COLUMNS"));
    let clock: Clock = Arc::new(|| jiff::Timestamp::now().as_second());
    let mut surroundings = Surroundings {
        now: clock(),
        clock,
        variable: &variable,
        out: &mut std::io::BufWriter::new(out.lock()),
        terminal,
        width,
    };
    let code = run(std::env::args_os(), &mut surroundings);
    // A last failure to write shows here, where it can still become an exit code.
    let code = match std::io::Write::flush(surroundings.out) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe && code == 0 => {
            eprintln!("sinmun: cannot write: {error}");
            74
        }
        _ => code,
    };
    ExitCode::from(code)
}

/// Columns to fill: what the user or the terminal says, else 100.
fn terminal_width(terminal: bool, columns: Option<String>) -> usize {
    let told = columns.and_then(|columns| columns.parse().ok());
    let asked = || terminal.then(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).flatten();
    told.or_else(asked).unwrap_or(100).max(40)
}
