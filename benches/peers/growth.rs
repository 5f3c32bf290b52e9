//! Whether an import of a million rows costs more memory, or an article of it more time, than one of ten thousand.

use std::io::{BufWriter, Write as _};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::corpus::{Corpus, make_lexicon};
use crate::{Bench, Outcome, megabytes};

pub fn tell(bench: &Bench, corpus: &Corpus, small: usize, large: usize) -> Outcome<()> {
    make_lexicon(bench)?;
    println!("{:>10} {:>10} {:>12} {:>12} {:>14}", "rows", "seconds", "us/row", "peak MB", "store bytes/row");
    for rows in [small, large] {
        let begin = Instant::now();
        let mut command = bench.importing("-")?;
        let mut child = command.arg("--no-search").stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let pipe = child.stdin.take().ok_or("a pipe to the import")?;
        let mut out = BufWriter::with_capacity(1 << 20, pipe);
        let peak = std::thread::scope(|scope| -> Outcome<f64> {
            let watching = scope.spawn(|| watch(&mut child));
            corpus.write(rows, &mut out)?;
            out.flush()?;
            drop(out);
            watching.join().expect("the thread that watches").map_err(Into::into)
        })?;
        let seconds = begin.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "some millions")]
        let rows_f = rows as f64;
        let stored = megabytes(&bench.work.join("store/sinmun.db"))? * 1e6 / rows_f;
        println!("{rows:>10} {seconds:>10.1} {:>12.1} {peak:>12.1} {stored:>14.0}", seconds * 1e6 / rows_f);
    }
    Ok(())
}

/// Waits for the end of a process; answers the most memory it was seen to hold, in megabytes.
fn watch(child: &mut Child) -> Result<f64, String> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0f64;
    loop {
        if let Ok(told) = std::fs::read_to_string(&status)
            && let Some(line) = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))
            && let Ok(kilobytes) = line.trim().trim_end_matches(" kB").parse::<f64>()
        {
            peak = peak.max(kilobytes * 1024.0 / 1e6);
        }
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) if status.success() => return Ok(peak),
            Some(status) => return Err(format!("the import ended with {status}")),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
