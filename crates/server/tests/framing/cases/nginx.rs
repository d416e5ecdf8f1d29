//! Why nginx passes on what we refuse: in its own words, which cannot be read in two ways.

/// It takes a bare LF for a line end.
pub const LF: &str = "a bare LF is a line end";

/// It drops a line that is no field, and a field that it deals with itself.
pub const DROPPED: &str = "the line is dropped";

/// It reads the chunks and sends the body with its length.
pub const UNREAD: &str = "extensions of chunks and trailers are passed over";

/// It reads what it can, and writes the request anew.
pub const LOOSE: &str = "the request is read loosely and written strictly";

/// It adds a field.
pub const ONE_MORE: &str = "nginx adds a field";
