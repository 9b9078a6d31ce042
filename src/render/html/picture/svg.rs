//! Shapes and text as SVG, with colours by class, so that one page serves light, dark and paper.

use crate::render::html::markup;
use std::fmt::Write as _;

/// Size of the text in pictures, in pixels.
pub const TEXT: f64 = 12.5;
/// Room that a line of text takes.
pub const LINE: f64 = 17.0;

/// Where text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing that grows downwards.
#[derive(Debug, Default)]
pub struct Svg {
    body: String,
    pub width: f64,
    pub height: f64,
}

impl Svg {
    #[must_use]
    pub fn new(width: f64) -> Self {
        Self { width, ..Self::default() }
    }

    pub fn rect(&mut self, [x, y, width, height]: [f64; 4], class: &str) {
        let (x, y, width, height) = (px(x), px(y), px(width.max(0.0)), px(height.max(0.0)));
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\"/>"
        );
    }

    /// A cell of a heat map: filled by strength, with words for a pointer that rests on it.
    pub fn heat(&mut self, [x, y, width, height]: [f64; 4], strength: f64, is_complete: bool, title: &str) {
        let class = if is_complete { "heat" } else { "heat part" };
        let (x, y, width, height) = (px(x), px(y), px(width), px(height));
        let strength = (strength.clamp(0.0, 1.0) * 100.0).round() / 100.0;
        let title = markup::text(title);
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\" \
             fill-opacity=\"{strength}\"><title>{title}</title></rect>"
        );
    }

    pub fn line(&mut self, [x1, y1, x2, y2]: [f64; 4], class: &str) {
        let (x1, y1, x2, y2) = (px(x1), px(y1), px(x2), px(y2));
        let _ = write!(self.body, "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
    }

    /// A line through points; one point alone draws nothing.
    pub fn path(&mut self, points: &[(f64, f64)], class: &str) {
        if points.len() < 2 {
            return;
        }
        let _ = write!(self.body, "<path class=\"{class}\" d=\"");
        for (at, (x, y)) in points.iter().enumerate() {
            let _ = write!(self.body, "{}{} {}", if at == 0 { 'M' } else { 'L' }, px(*x), px(*y));
        }
        self.body.push_str("\"/>");
    }

    /// A filled shape around points.
    pub fn area(&mut self, points: &[(f64, f64)], class: &str) {
        if points.len() < 3 {
            return;
        }
        let _ = write!(self.body, "<path class=\"{class}\" d=\"");
        for (at, (x, y)) in points.iter().enumerate() {
            let _ = write!(self.body, "{}{} {}", if at == 0 { 'M' } else { 'L' }, px(*x), px(*y));
        }
        self.body.push_str("Z\"/>");
    }

    pub fn dot(&mut self, (x, y): (f64, f64), radius: f64, class: &str, title: &str) {
        let (x, y, radius, title) = (px(x), px(y), px(radius), markup::text(title));
        let _ = write!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"><title>{title}</title></circle>"
        );
    }

    /// Text whose baseline is at `y`.
    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let (x, y, text) = (px(x), px(y), markup::text(text));
        let _ = write!(self.body, "<text{class} x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>");
    }

    /// Writes the element, with what it shows in words.
    #[must_use]
    pub fn finish(self, class: &str, id: &str, title: &str, description: &str) -> String {
        let (width, height) = (px(self.width), px(self.height.ceil()));
        let (title, description) = (markup::text(title), markup::text(description));
        format!(
            "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}\
             </desc>{}</svg>\n",
            self.body
        )
    }
}

/// Writes a coordinate with at most one decimal; what is no number is 0.
fn px(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Estimates how wide a text is drawn, in pixels, in common sans-serif fonts; rather too wide than too narrow.
#[must_use]
pub fn text_width(text: &str) -> f64 {
    let of = |character: char| match character {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '(' | ')' => 0.34,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.9,
        'A'..='Z' => 0.7,
        character if character.is_ascii() => 0.58,
        character => match unicode_width::UnicodeWidthChar::width(character) {
            Some(0) | None => 0.0,
            Some(1) => 0.64,
            Some(_) => 1.05,
        },
    };
    text.chars().map(of).sum::<f64>() * TEXT
}

/// Cuts a text to the room it has; what was cut is shown by an ellipsis.
#[must_use]
pub fn fit(text: &str, room: f64) -> String {
    if text_width(text) <= room {
        return text.to_owned();
    }
    let mut taken = TEXT;
    let mut short = String::new();
    for character in text.chars() {
        taken += text_width(character.encode_utf8(&mut [0; 4]));
        if taken > room {
            break;
        }
        short.push(character);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Anchor, Svg, fit, px, text_width};

    #[test]
    fn coordinates_are_short_and_finite() {
        assert_eq!(px(1.0), "1");
        assert_eq!(px(1.26), "1.3");
        assert_eq!(px(-0.01), "0");
        assert_eq!(px(f64::NAN), "0");
    }

    #[test]
    fn text_fits_its_room() {
        assert_eq!(fit("Sign-up", 200.0), "Sign-up");
        let short = fit("A very long name of a step in a funnel", 100.0);
        assert!(short.ends_with('…') && text_width(&short) <= 100.0, "{short}");
        assert_eq!(fit("abc", 0.0), "…");
    }

    #[test]
    fn text_in_pictures_is_escaped() {
        let mut svg = Svg::new(10.0);
        svg.text(0.0, 0.0, Anchor::Start, "", "</text><script>");
        svg.dot((1.0, 1.0), 2.0, "p", "<&>");
        let picture = svg.finish("wide", "c1", "\"t\"", "<d>");
        assert!(picture.contains("&lt;/text&gt;&lt;script&gt;") && picture.contains("<title>&lt;&amp;&gt;</title>"));
        assert!(picture.contains("&quot;t&quot;") && picture.contains("&lt;d&gt;"));
    }
}
