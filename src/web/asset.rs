//! Style sheet, scripts and icon, compiled in. A file's address holds its hash: it may be kept for ever, and a new
//! version has another.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest, Sha256};

use super::reply::{Form, Refusal};
use crate::chart;

/// A file with its address.
pub(super) struct Asset {
    name: &'static str,
    kind: &'static str,
    body: String,
    hash: String,
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, body: String) -> Self {
        let hash = Sha256::digest(&body)[..8].iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        Self { name, kind, body, hash }
    }

    /// Its address.
    pub fn path(&self) -> String {
        format!("/assets/{}/{}", self.hash, self.name)
    }
}

/// One style sheet: the charts' colours as variables, the chart script's own rules, ours.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let sheets = [
        chart::colours(),
        chart::style_sheet(),
        include_str!("assets/uplot/uplot.min.css").to_owned(),
        include_str!("assets/style.css").to_owned(),
    ];
    Asset::new("style.css", "text/css; charset=utf-8", sheets.join("\n"))
});

/// The chart library, uPlot; its licence stands beside it in the source and at its beginning here.
pub(super) static LIBRARY: LazyLock<Asset> = LazyLock::new(|| {
    let licence = include_str!("assets/uplot/LICENSE");
    let text = format!("/*!\n{licence}*/\n{}", include_str!("assets/uplot/uplot.min.js"));
    Asset::new("uplot.js", SCRIPT, text)
});

/// What makes charts move.
pub(super) static CHARTS: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("charts.js", SCRIPT, include_str!("assets/charts.js").to_owned()));

/// The icon.
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon.svg", "image/svg+xml", include_str!("assets/icon.svg").to_owned()));

const SCRIPT: &str = "text/javascript; charset=utf-8";

pub(super) async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let all = [&STYLE, &LIBRARY, &CHARTS, &ICON];
    let Some(asset) = all.into_iter().find(|asset| asset.name == name && asset.hash == hash) else {
        return Refusal::Missing(format!("There is no file {name} of that version.")).reply(Form::Page);
    };
    let mut response = Body::from(asset.body.as_str()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
