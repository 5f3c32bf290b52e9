//! A browser, driven: the few calls of the `WebDriver` protocol that the tests need, to Debian's chromedriver.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::serving::client;

/// A headless Chromium with a profile of its own.
pub struct Browser {
    driver: Child,
    /// `http://127.0.0.1:PORT/session/ID`.
    session: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    _profile: TempDir,
}

impl Browser {
    /// Starts one. Where none is installed that is said loudly, and a failure where `SINMUN_BROWSER=required`.
    pub fn start() -> Option<Self> {
        let driver =
            Command::new("chromedriver").args(["--port=0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = match driver {
            Ok(driver) => driver,
            Err(error) => {
                assert!(std::env::var("SINMUN_BROWSER").as_deref() != Ok("required"), "chromedriver: {error}");
                eprintln!("SKIPPED: no chromedriver ({error}); apt-get install chromium chromium-driver");
                return None;
            }
        };
        let mut lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines();
        let port = loop {
            let line = lines.next().expect("it says its port").expect("text");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let profile = tempfile::tempdir().expect("a folder");
        let switches = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
        ];
        let mut switches: Vec<String> = switches.map(str::to_owned).to_vec();
        switches.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": switches}, "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let base = format!("http://127.0.0.1:{port}");
        let mut browser = Self { driver, session: base, runtime, client: client(), _profile: profile };
        let made = browser.post("/session", &wanted);
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {made}")).to_owned();
        browser.session = format!("{}/session/{id}", browser.session);
        Some(browser)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call(self.client.post(format!("{}{path}", self.session)).body(body.to_string()), path)
    }

    fn call(&self, request: reqwest::RequestBuilder, path: &str) -> Value {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
            let bytes = answer.bytes().await.expect("a body");
            let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
            assert!(answer["value"]["error"].is_null(), "{path}: {}", answer["value"]);
            answer["value"].clone()
        })
    }

    /// The size of the page in CSS pixels, whatever the window's own borders.
    pub fn resize(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.post("/goog/cdp/execute", &json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}));
    }

    /// Light or dark.
    pub fn prefer(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.post("/goog/cdp/execute", &json!({"cmd": "Emulation.setEmulatedMedia", "params": features}));
    }

    /// Without scripts, or with.
    pub fn scripts(&self, on: bool) {
        let off = json!({"value": !on});
        self.post("/goog/cdp/execute", &json!({"cmd": "Emulation.setScriptExecutionDisabled", "params": off}));
    }

    /// Goes to an address and waits for it.
    pub fn open(&self, url: &str) {
        self.post("/url", &json!({"url": url}));
    }

    /// What an expression is in the page.
    pub fn value(&self, expression: &str) -> Value {
        self.post("/execute/sync", &json!({"script": format!("return {expression};"), "args": []}))
    }

    /// Moves the pointer over the page.
    pub fn point(&self, x: i64, y: i64) {
        let to = |x, y| json!({"type": "pointerMove", "duration": 0, "x": x, "y": y});
        let moves = json!({"actions": [{"type": "pointer", "id": "mouse", "actions": [to(x - 3, y), to(x, y)]}]});
        self.post("/actions", &moves);
    }

    /// Everything the page has complained of since the last call.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().expect("a list").iter();
        entries.map(|entry| format!("{}: {}", entry["level"], entry["message"])).collect()
    }

    /// Writes a picture of the whole page.
    pub fn picture(&self, path: &Path) {
        let whole = json!({"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": true}});
        let taken = self.post("/goog/cdp/execute", &whole);
        let bytes = base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().expect("a picture"));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes.expect("base64")).expect("written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser with the session; then the driver itself is ours to end.
        let _ = self.runtime.block_on(async { self.client.delete(&self.session).send().await });
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
