//! The program itself as a daemon and as a poll that is killed: real processes, signals and files.

use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sinmun::extract::source::{DEFAULT, Pace};
use sinmun::standin::{Standin, World};

use crate::collect::quick;
use crate::harness::Sinmun;

/// A stand-in whose last day is over, and a configuration that collects from it in English.
struct Site {
    standin: Standin,
    sinmun: Sinmun,
}

impl Site {
    async fn new(days: i32, per_day: u32) -> Self {
        let today = sinmun::domain::day::Day::in_korea(jiff::Timestamp::now().as_second()).plus(-1);
        let standin = Standin::serve(World::new(today, days, per_day, 11)).await.expect("a port");
        let site = Self { standin, sinmun: Sinmun::new() };
        site.configure(quick(), "");
        site
    }

    /// Writes the built-in sources, pointed at the stand-in, with another pace.
    fn configure(&self, pace: Pace, more: &str) {
        let folder = self.sinmun.path("sources");
        std::fs::create_dir_all(&folder).expect("a folder");
        for (name, toml) in DEFAULT {
            let toml = toml
                .replace("http://www.kcna.kp", &self.standin.kcna)
                .replace("http://www.rodong.rep.kp", &self.standin.rodong);
            let (head, rest) = toml.split_once("[pace]").expect("a pace");
            let (_, rest) = rest.split_once("\n\n").expect("its end");
            let pace = toml::to_string(&pace).expect("a pace");
            std::fs::write(folder.join(name), format!("{head}allow_private = true\n[pace]\n{pace}\n{rest}"))
                .expect("written");
        }
        let config =
            format!("sources = 'sources'\ncollect = ['kcna-en', 'rodong-en']\ncontact = 'tests@example.org'\n{more}");
        self.sinmun.write("sinmun.toml", config);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let config = self.sinmun.path("sinmun.toml").display().to_string();
        let mut all = vec!["--config", &config];
        all.extend(arguments);
        self.sinmun.command(&all)
    }

    fn served(&self) -> i64 {
        let world = self.standin.world();
        i64::try_from(world.kcna.len() + world.rodong.len()).expect("few")
    }

    fn held(&self) -> i64 {
        let Ok(connection) = Connection::open(self.sinmun.data().join("sinmun.db")) else { return 0 };
        connection.query_row("SELECT count(*) FROM article WHERE content = 3", [], |row| row.get(0)).unwrap_or(0)
    }
}

/// Asks again and again until it is so; a daemon has no other sign. Fails after a generous while.
#[track_caller]
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !so() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemons_life() {
    let site = Site::new(20, 2).await;
    // What systemd would hear.
    let socket = site.sinmun.path("notify");
    let heard = UnixDatagram::bind(&socket).expect("a socket");
    let mut command = site.command(&["run"]);
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "2000000");
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    // Read to the end, as systemd does: a full socket would hold the daemon up.
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut told = [0; 512];
        while let Ok(length) = heard.recv(&mut told) {
            drop(ready.send(String::from_utf8_lossy(&told[..length]).into_owned()));
        }
    });
    let mut told = Vec::new();
    until("it is ready", || {
        told.extend(is_ready.try_iter());
        told.iter().any(|message| message.contains("READY=1"))
    });
    let errors = BufReader::new(child.stderr.take().expect("a pipe"));
    let (send, events) = std::sync::mpsc::channel();
    std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
    let served = site.served();
    until("everything is collected", || site.held() == served);
    // Readers work beside it; a second daemon is refused.
    let status = site.command(&["status", "--format", "json"]).output().expect("it runs");
    let text = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.status.success() && text.contains("\"state\": \"content\""), "{text}");
    let second = site.command(&["run"]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(75), "{}", String::from_utf8_lossy(&second.stderr));
    // A wrong configuration leaves the old one running and says so; a right one is taken.
    site.sinmun.write("sinmun.toml", "nonsense = true\n");
    signal(&child, "-HUP");
    let mut seen = Vec::new();
    until("the wrong configuration is told of", || {
        seen.extend(events.try_iter());
        seen.iter().any(|line| line.contains("the old one stays") && line.contains("nonsense"))
    });
    site.configure(quick(), "");
    signal(&child, "-HUP");
    until("the right configuration is taken", || {
        seen.extend(events.try_iter());
        seen.iter().any(|line| line.contains("the new configuration holds"))
    });
    assert!(seen.iter().all(|line| !line.contains("synthetic article number")), "no body is ever logged");
    // A reload says when it began and that it is over; the status line says how the sources stand.
    until("systemd has heard of all that", || {
        told.extend(is_ready.try_iter());
        let ends = told.last().is_some_and(|message| message.contains("WATCHDOG=1"));
        ends && told.iter().filter(|message| message.contains("READY=1")).count() == 3
    });
    assert!(told.iter().any(|m| m.contains("RELOADING=1") && m.contains("MONOTONIC_USEC=")), "{told:?}");
    assert!(told.iter().any(|m| m.contains("STATUS=kcna ok just now; rodong ok just now")), "{told:?}");
    assert!(told.iter().any(|m| m.contains("STATUS=") && m.contains("nonsense")), "{told:?}");
    let began = Instant::now();
    signal(&child, "-TERM");
    let status = child.wait().expect("it ends");
    assert!(status.success() && began.elapsed() < Duration::from_secs(10), "{status} after {:?}", began.elapsed());
    let log = site.standin.world().log.clone();
    assert!(
        log.iter().all(|l| l.agent.contains("sinmun/") && l.agent.contains("tests@example.org")),
        "{:?}",
        log.first()
    );
}

/// A reload reaches the dashboard: names it is asked by, indicators, whose silence is looked at. A wrong file changes
/// nothing of it, not even what is right in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_reload_reaches_the_dashboard() {
    let site = Site::new(5, 2).await;
    let folder = site.sinmun.path("indicators");
    std::fs::create_dir(&folder).expect("a folder");
    let pages = "listen = \"127.0.0.1:0\"\nindicators = \"indicators\"\n";
    site.configure(quick(), pages);
    let mut child = site.command(&["run"]).stderr(Stdio::piped()).spawn().expect("it starts");
    let errors = BufReader::new(child.stderr.take().expect("a pipe"));
    let (send, events) = std::sync::mpsc::channel();
    std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
    let mut seen: Vec<String> = Vec::new();
    until("it listens", || {
        seen.extend(events.try_iter());
        seen.iter().any(|line| line.contains("the dashboard listens"))
    });
    let line = seen.iter().find(|line| line.contains("the dashboard listens")).expect("a line");
    let (_, port) = line.split_once("127.0.0.1:").expect("an address");
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let client = crate::serving::client();
    let status = async |path: &str, host: &str| {
        let request = client.get(format!("http://127.0.0.1:{port}{path}")).header("host", host);
        request.send().await.expect("an answer").status().as_u16()
    };
    let watched = async || {
        let answer =
            client.get(format!("http://127.0.0.1:{port}/api/v1/silence?to=2024")).send().await.expect("an answer");
        let document: serde_json::Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
        document["query"]["entities"].to_string()
    };
    let (name, own) = ("stats.example.org", "localhost");
    assert_eq!(status("/sources", name).await, 403);
    assert_eq!(status("/api/v1/indicator?name=mine", own).await, 404);
    assert_eq!(watched().await, r#"["xi-jinping","putin"]"#);
    let indicator = "name = 'mine'\ntitle = 'A made-up claim'\nsource = 'the tests'\npublished = '2024-09-20'\n\
        [[row]]\nid = 'one'\nquote = 'a claim'\nmeasure = 'mentions'\nentities = ['putin']\noutlets = ['kcna']\n\
        editions = ['en']\nfrom = '2024-01'\nto = '2024-08'\nvalue = 3\n";
    std::fs::write(folder.join("mine.toml"), indicator).expect("written");
    let mut reload = |more: &str, words: &str| {
        site.configure(quick(), &format!("{pages}{more}"));
        let before = seen.len();
        signal(&child, "-HUP");
        until(words, || {
            seen.extend(events.try_iter());
            seen[before..].iter().any(|line| line.contains(words))
        });
        seen[before..].join("\n")
    };
    reload("hosts = [\"stats.example.org\"]\nwatch = [\"putin\"]\n", "the new configuration holds");
    assert_eq!(status("/sources", name).await, 200);
    assert_eq!(status("/api/v1/indicator?name=mine", own).await, 200);
    assert_eq!(watched().await, r#"["putin"]"#);
    std::fs::write(folder.join("mine.toml"), indicator.replace("value = 3", "valve = 3")).expect("written");
    let told = reload("hosts = [\"other.example.org\"]\n", "the old one stays");
    assert!(told.contains("mine.toml") && told.contains("valve"), "{told}");
    assert_eq!((status("/sources", name).await, status("/sources", "other.example.org").await), (200, 403));
    assert_eq!(status("/api/v1/indicator?name=mine", own).await, 200);
    signal(&child, "-TERM");
    assert!(child.wait().expect("it ends").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_in_time_while_a_page_hangs() {
    let site = Site::new(3, 2).await;
    site.standin.world().faults.insert("/article/detail/".to_owned(), sinmun::standin::Fault::Silence);
    site.configure(Pace { total_seconds: 300, idle_seconds: 300, ..quick() }, "");
    let mut child = site.command(&["-q", "run"]).spawn().expect("it starts");
    until("a page is asked for", || {
        Connection::open(site.sinmun.data().join("sinmun.db"))
            .and_then(|c| c.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)))
            .is_ok_and(|entries| entries > 0)
    });
    let began = Instant::now();
    signal(&child, "-INT");
    let status = child.wait().expect("it ends");
    assert!(status.success() && began.elapsed() < Duration::from_secs(10), "{status} after {:?}", began.elapsed());
}

/// SIGKILL at 200 random points of a collection: the store in the end is that of a run that was left alone.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_nothing_is_lost_or_doubled() {
    let site = Site::new(40, 4).await;
    let today = site.standin.world().today;
    let standin = Standin::serve(World::new(today, 40, 4, 11)).await.expect("a port");
    let whole = Site { standin, sinmun: Sinmun::new() };
    whole.configure(quick(), "");
    assert!(whole.command(&["-q", "poll"]).status().expect("it runs").success());
    let mut random: u64 = 0x1234_5678;
    let mut draw = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let mut early = 0;
    for _ in 0..200 {
        let mut child =
            site.command(&["-q", "poll"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(5 + draw(120)));
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        early += i32::from(site.held() < site.served());
    }
    assert!(early >= 5, "the kills came too late to hit a collection: {early}");
    let last = site.command(&["poll"]).output().expect("it runs");
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    let content = |site: &Site| -> Vec<String> {
        let connection = Connection::open(site.sinmun.data().join("sinmun.db")).expect("a store");
        let ok: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
        assert_eq!(ok, "ok");
        let mut all = Vec::new();
        for sql in [
            "SELECT article || day || day_from || title || body || length || revisions || appearances FROM v_article WHERE content = 'full' ORDER BY 1",
            "SELECT outlet || edition || day || entity || form || mentions || articles FROM v_daily ORDER BY 1",
            // Keys are of whole addresses, and the two stand-ins have other ports.
            "SELECT s.name || ' ' || e.state || ' ' || e.title || ' ' || e.day FROM entry e JOIN source s ON s.id = e.source ORDER BY 1",
        ] {
            let mut statement = connection.prepare(sql).expect("a query");
            let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("rows");
            all.extend(rows.map(|row| row.expect("a row")));
        }
        all
    };
    let (killed, whole) = (content(&site), content(&whole));
    assert!(killed.len() > 500, "{}", killed.len());
    for (killed, whole) in killed.iter().zip(&whole) {
        assert_eq!(killed, whole);
    }
    assert_eq!(killed.len(), whole.len());
    assert_eq!(site.held(), site.served());
    let check = site.command(&["check", "--format", "csv"]).output().expect("it runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}
