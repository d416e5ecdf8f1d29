//! Parameters of query and body together.

use http::header::CONTENT_TYPE;
use portreeve_wire::{Params, ParamsError};

use super::Request;
use crate::http1::{BodyError, RequestBody};

/// The most that a form of a page or of a login may take.
pub(crate) const LARGEST_FORM: usize = 64 << 10;

/// Why the parameters cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// The text is wrong.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// A multipart body that is not one.
    #[error("the multipart body cannot be read: {0}")]
    Multipart(String),
    /// Larger than this address takes.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// It never came whole; the connection says why.
    #[error("the body did not come whole")]
    Broken,
}

impl Request {
    /// The parameters of the query and of the body, which may be urlencoded, multipart or JSON.
    ///
    /// A body without a content type, or with a wrong one, is urlencoded: deployed clients send both. So is one
    /// that is labelled multipart without a boundary, as PHP does when it is given a text and that label.
    pub async fn params(&mut self, limit: usize) -> Result<Params, FormError> {
        let mut params = Params::default();
        params.add_urlencoded(self.query.as_bytes())?;
        let body = std::mem::take(&mut self.body);
        if body.is_empty() {
            return Ok(params);
        }
        let content_type = self.header(CONTENT_TYPE).unwrap_or_default();
        if let Ok(boundary) = multer::parse_boundary(content_type) {
            Box::pin(add_multipart(&mut params, body, boundary, limit)).await?;
            return Ok(params);
        }
        let is_json = content_type
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let bytes = body.collect(limit).await.map_err(broken)?;
        match (is_json, bytes.is_empty()) {
            (_, true) => {}
            (true, false) => params.add_json(&bytes)?,
            (false, false) => params.add_urlencoded(trim_line_end(&bytes))?,
        }
        Ok(params)
    }
}

async fn add_multipart(
    params: &mut Params,
    body: RequestBody,
    boundary: String,
    limit: usize,
) -> Result<(), FormError> {
    let limits = multer::SizeLimit::new().whole_stream(limit as u64);
    let constraints = multer::Constraints::new().size_limit(limits);
    let mut parts = multer::Multipart::with_constraints(body, boundary, constraints);
    while let Some(part) = parts.next_field().await.map_err(|error| multipart(error, limit))? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let value = part.bytes().await.map_err(|error| multipart(error, limit))?;
        let value =
            String::from_utf8(value.to_vec()).map_err(|_| ParamsError::NotUtf8(format!("“{name}”")))?;
        params.push(name, value);
    }
    Ok(())
}

fn multipart(error: multer::Error, limit: usize) -> FormError {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            FormError::TooLarge(limit)
        }
        multer::Error::StreamReadFailed(_) => FormError::Broken,
        other => FormError::Multipart(other.to_string()),
    }
}

fn broken(error: BodyError) -> FormError {
    match error {
        BodyError::TooLarge { limit } => FormError::TooLarge(limit),
        BodyError::Refused(_) | BodyError::ClientGone => FormError::Broken,
    }
}

/// Some clients end an urlencoded body with a line end, which belongs to no value.
fn trim_line_end(body: &[u8]) -> &[u8] {
    body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n")).unwrap_or(body)
}
