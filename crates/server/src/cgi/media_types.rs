//! What static files are, by their names. Only these are served.

/// The media type of an ending in lower case, if files of that ending are meant for readers.
pub(super) fn media_type(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "htm" | "html" => "text/html; charset=\"utf-8\"",
        "css" => "text/css; charset=\"utf-8\"",
        "js" | "mjs" => "text/javascript; charset=\"utf-8\"",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=\"utf-8\"",
        "csv" => "text/csv; charset=\"utf-8\"",
        "xml" => "text/xml",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "eot" => "application/vnd.ms-fontobject",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => return None,
    })
}
