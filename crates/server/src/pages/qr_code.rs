//! A QR code as a drawing within the page.

use std::fmt::Write;

use maud::{Markup, html};
use qrcode::{Color, QrCode};

/// Light modules around the code, which readers need (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// The code of a text; nothing when the text is too long for one. `label` says in words what it holds.
pub(super) fn svg(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::new(text) else { return html! {} };
    let width = code.width();
    let mut dark = String::new();
    for (index, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        let (x, y) = (index % width + QUIET, index / width + QUIET);
        // writing to a string cannot fail
        let _ = write!(dark, "M{x} {y}h1v1h-1z");
    }
    let side = width + 2 * QUIET;
    html! {
        svg id="qr_code" role="img" aria-label=(label) width="240" height="240"
            viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    }
}
