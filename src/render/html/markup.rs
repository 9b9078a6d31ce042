//! Text on its way into HTML and SVG: what was read from files is text there and never markup.

use crate::render::escape::escape;
use std::borrow::Cow;

/// Escapes text for element content and for attributes in double quotes; control characters are shown, not obeyed.
#[must_use]
pub fn text(raw: &str) -> Cow<'_, str> {
    let shown = escape(raw);
    if !shown.contains(['&', '<', '>', '"', '\'']) {
        return shown;
    }
    let mut out = String::with_capacity(shown.len() + 16);
    for character in shown.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// Appends an element that holds text only: `<p class="lead">...</p>`.
pub fn push(out: &mut String, tag: &str, attributes: &str, raw: &str) {
    out.push('<');
    out.push_str(tag);
    if !attributes.is_empty() {
        out.push(' ');
        out.push_str(attributes);
    }
    out.push('>');
    out.push_str(&text(raw));
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::{push, text};
    use proptest::prelude::*;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(text("<script>alert('&')</script>"), "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;");
        assert_eq!(text("\" onload=\"x"), "&quot; onload=&quot;x");
        assert_eq!(text("a\u{202e}b\x1b"), "a\\u{202e}b\\x1b");
        let mut out = String::new();
        push(&mut out, "td", "class=\"n\"", "1 < 2");
        assert_eq!(out, "<td class=\"n\">1 &lt; 2</td>");
    }

    proptest! {
        #[test]
        fn no_markup_survives(raw in any::<String>()) {
            let shown = text(&raw);
            prop_assert!(!shown.contains(['<', '>', '"', '\'']));
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
            for (at, _) in shown.match_indices('&') {
                prop_assert!(entities.iter().any(|entity| shown[at..].starts_with(entity)));
            }
        }
    }
}
