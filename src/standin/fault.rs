//! What goes wrong at the stand-in.

use axum::body::Bytes;

/// What goes wrong, for every request or only for some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This status, with a `Retry-After` if one is given.
    Status(u16, Option<String>),
    /// Status 200 with this page.
    Page(String),
    /// A redirect to there.
    Redirect(String),
    /// So many bytes of nothing.
    Endless(usize),
    /// Half of the body, and then the connection ends.
    CutOff,
    /// 304 to every request with conditions, whatever has changed.
    NotModified,
    /// The article before the one that was asked for.
    OtherArticle,
    /// The page in another language.
    OtherLanguage,
    /// Class names that no layout knows.
    NewLook,
    /// Never an answer.
    Silence,
}

/// A body that breaks off.
pub(super) struct Half(pub(super) Option<Bytes>);

impl axum::body::HttpBody for Half {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(Some(match self.0.take() {
            Some(half) => Ok(http_body::Frame::data(half)),
            None => Err(std::io::ErrorKind::ConnectionReset.into()),
        }))
    }
}

/// The same page in a dress that nobody knows.
pub(super) fn new_look(page: &str) -> String {
    ["h5", "class=\"", "id=\"", "<p", "<td", "<li"].iter().fold(page.to_owned(), |page, part| {
        page.replace(part, &part.replace("h5", "h6").replace("class=\"", "class=\"new-").replace("id=\"", "id=\"new-"))
    })
}
