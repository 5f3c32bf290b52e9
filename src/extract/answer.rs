//! What came back from a source, as a value: all that judging it needs, and nothing of how it was fetched.

/// An answer, complete or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The address that answered, after redirects on the same host.
    pub url: String,
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}
