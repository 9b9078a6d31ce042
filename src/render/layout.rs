//! Which columns of a table stand on a terminal of a given width, and how wide each is.
//!
//! Numbers stand whole or not at all; the order of giving way is: labels over several lines, columns by
//! `expendable` (those with an interval lose that first), marks to a legend, text shortened, at last one cell a line.

use super::text::{width, wrap};
use super::view::{Content, Shown, ShownColumn};

/// Columns between two columns of a table.
pub const GAP: usize = 2;
/// Before the words of a mark; alone where the words stand in the legend.
pub const ARROW: &str = "<-";
const SHORTEST_TEXT: usize = 6;
const SHORTEST_BAR: usize = 6;
const LONGEST_BAR: usize = 24;

/// Where the words of the marks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    None,
    /// At the end of the row.
    Row,
    /// An arrow at the end of the row, the words under the table.
    Legend,
}

/// A column in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Position in the shown table.
    pub position: usize,
    /// Whether it stands without its intervals.
    pub is_brief: bool,
    pub width: usize,
}

impl Placed {
    /// Returns what stands in the column.
    #[must_use]
    pub fn content(self, shown: &Shown) -> &Content {
        let column = &shown.columns[self.position];
        column.brief.as_ref().filter(|_| self.is_brief).unwrap_or(&column.content)
    }
}

/// A table laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub columns: Vec<Placed>,
    /// Positions of the columns that did not fit.
    pub left_out: Vec<usize>,
    pub marks: Marks,
    /// One cell a line: not even the columns that must stay fit side by side.
    pub folded: bool,
}

/// A state of giving way.
struct Attempt<'a> {
    shown: &'a Shown,
    kept: Vec<Placed>,
    marks: Marks,
    room: usize,
}

/// Lays a table out in `room` columns.
#[must_use]
pub fn lay_out(shown: &Shown, room: usize) -> Layout {
    let marks = match longest_mark(shown) {
        None => Marks::None,
        Some(longest) if longest <= room / 3 => Marks::Row,
        Some(_) => Marks::Legend,
    };
    let every = |width| (0..shown.columns.len()).map(|position| Placed { position, is_brief: false, width }).collect();
    let mut attempt = Attempt { shown, kept: every(0), marks, room };
    loop {
        for compact in [false, true] {
            attempt.measure(compact);
            if attempt.total() <= room {
                return attempt.finish();
            }
        }
        if !attempt.give_way() {
            break;
        }
    }
    attempt.squeeze();
    if attempt.total() <= room {
        return attempt.finish();
    }
    Layout { columns: every(room), left_out: Vec::new(), marks: attempt.marks, folded: true }
}

impl Attempt<'_> {
    fn column(&self, placed: Placed) -> &ShownColumn {
        &self.shown.columns[placed.position]
    }

    fn measure(&mut self, compact: bool) {
        for at in 0..self.kept.len() {
            let placed = self.kept[at];
            let label = &self.column(placed).label;
            self.kept[at].width = comfortable(label, placed.content(self.shown), compact, self.room);
        }
    }

    fn total(&self) -> usize {
        let marks = match self.marks {
            Marks::None => 0,
            Marks::Legend => GAP + ARROW.len(),
            Marks::Row => GAP + ARROW.len() + 1 + longest_mark(self.shown).unwrap_or(0),
        };
        let widths: usize = self.kept.iter().map(|placed| placed.width).sum();
        widths + GAP * self.kept.len().saturating_sub(1) + marks
    }

    /// Gives up what is most expendable: an interval, a column, or the place of the marks; false where nothing is left.
    fn give_way(&mut self) -> bool {
        let can_go = |at: &usize| {
            let column = self.column(self.kept[*at]);
            self.kept.len() > 1 && column.expendable > 0 || column.brief.is_some() && !self.kept[*at].is_brief
        };
        let next = (0..self.kept.len()).filter(can_go).max_by_key(|&at| (self.column(self.kept[at]).expendable, at));
        let level = next.map_or(0, |at| self.column(self.kept[at]).expendable);
        if level <= 1 && self.marks == Marks::Row {
            self.marks = Marks::Legend;
            return true;
        }
        let Some(at) = next else { return false };
        if self.column(self.kept[at]).brief.is_some() && !self.kept[at].is_brief {
            self.kept[at].is_brief = true;
        } else {
            self.kept.remove(at);
        }
        true
    }

    /// Takes columns from the widest text, one by one, until the table fits or no text can be shorter.
    fn squeeze(&mut self) {
        while self.total() > self.room {
            let is_long = |placed: &&mut Placed| {
                matches!(placed.content(self.shown), Content::Text(_)) && placed.width > SHORTEST_TEXT
            };
            match self.kept.iter_mut().filter(is_long).max_by_key(|placed| placed.width) {
                Some(widest) => widest.width -= 1,
                None => return,
            }
        }
    }

    /// Gives the room that is left to text that was held short, then to the bars.
    fn finish(mut self) -> Layout {
        let mut spare = self.room.saturating_sub(self.total());
        for placed in &mut self.kept {
            let label = width(&self.shown.columns[placed.position].label);
            let wish = match placed.content(self.shown) {
                Content::Text(cells) => longest(cells).max(label),
                Content::Digits(_) | Content::Bars(_) => label,
            };
            spare -= grow(&mut placed.width, wish, spare);
        }
        for placed in &mut self.kept {
            if matches!(placed.content(self.shown), Content::Bars(_)) {
                spare -= grow(&mut placed.width, LONGEST_BAR, spare);
            }
        }
        let is_kept = |position: &usize| self.kept.iter().any(|placed| placed.position == *position);
        let left_out = (0..self.shown.columns.len()).filter(|position| !is_kept(position)).collect();
        Layout { columns: self.kept, left_out, marks: self.marks, folded: false }
    }
}

/// Widens a column as far as its wish and the spare room go; returns what it took.
fn grow(taken: &mut usize, wish: usize, spare: usize) -> usize {
    let more = wish.saturating_sub(*taken).min(spare);
    *taken += more;
    more
}

/// The width at which a column is read with ease: long text is held to a third of the room.
fn comfortable(label: &str, content: &Content, compact: bool, room: usize) -> usize {
    let content = match content {
        Content::Text(cells) => longest(cells).min((room / 3).max(SHORTEST_TEXT)),
        Content::Digits(cells) => longest(cells),
        Content::Bars(_) => SHORTEST_BAR,
    };
    let label = if compact { compact_label(label) } else { width(label) };
    content.max(label.min(room / 3)).max(1)
}

/// The least width at which a label takes two lines at most.
fn compact_label(label: &str) -> usize {
    let whole = width(label);
    let word = label.split(' ').map(width).max().unwrap_or(0);
    (word..whole).find(|&columns| wrap(label, columns).len() <= 2).unwrap_or(whole)
}

fn longest_mark(shown: &Shown) -> Option<usize> {
    shown.marks.iter().flatten().map(|mark| width(mark)).max()
}

fn longest(cells: &[String]) -> usize {
    cells.iter().map(|cell| width(cell)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Layout, Marks, lay_out};
    use crate::render::view::{Content, Shown, ShownColumn};

    fn column(label: &str, cell: &str, is_text: bool, expendable: u8) -> ShownColumn {
        let cells = vec![cell.to_owned()];
        let content = if is_text { Content::Text(cells) } else { Content::Digits(cells) };
        ShownColumn { label: label.to_owned(), content, brief: None, right: !is_text, expendable }
    }

    fn widths(layout: &Layout) -> Vec<(usize, usize)> {
        layout.columns.iter().map(|placed| (placed.position, placed.width)).collect()
    }

    fn shown(columns: Vec<ShownColumn>, mark: Option<&str>) -> Shown {
        Shown { columns, rows: 1, marks: vec![mark.map(str::to_owned)], caption: Vec::new() }
    }

    #[test]
    fn the_most_expendable_columns_go_first() {
        let columns = vec![
            column("name", "Trial", true, 0),
            column("entered", "1,234", false, 0),
            column("rate", "45.1 % (43.9-46.2)", false, 2),
            column("median", "3.2 d", false, 5),
        ];
        // 5 + 7 + 18 + 6 and three gaps are 42.
        let layout = lay_out(&shown(columns.clone(), None), 42);
        assert_eq!(widths(&layout), [(0, 5), (1, 7), (2, 18), (3, 6)]);
        let layout = lay_out(&shown(columns, None), 40);
        assert_eq!(widths(&layout), [(0, 5), (1, 7), (2, 18)]);
        assert_eq!(layout.left_out, [3]);
        assert!(!layout.folded);
    }

    #[test]
    fn long_text_does_not_push_columns_out() {
        let name = "a very long name of a step that nobody should have chosen";
        let columns = vec![column("name", name, true, 0), column("entered", "1,234", false, 3)];
        // What the number and the gap leave of 40 is 31.
        assert_eq!(widths(&lay_out(&shown(columns, None), 40)), [(0, 31), (1, 7)]);
    }

    #[test]
    fn labels_wrap_before_columns_go() {
        let columns = vec![
            column("time to convert", "3.2 d", false, 1),
            column("share of first", "1.0 %", false, 1),
            column("another label", "1", false, 1),
        ];
        // In two lines: "time to" "convert", "share of" "first", "another" "label"; 5 of 31 are spare.
        let layout = lay_out(&shown(columns, None), 31);
        assert_eq!(widths(&layout), [(0, 12), (1, 8), (2, 7)]);
    }

    #[test]
    fn marks_move_to_the_legend_before_columns_that_matter_go() {
        let columns = vec![column("name", "Trial", true, 0), column("rate", "45.1 % (43.9-46.2)", false, 1)];
        assert_eq!(lay_out(&shown(columns.clone(), Some("largest leak")), 42).marks, Marks::Row);
        let layout = lay_out(&shown(columns, Some("largest leak")), 40);
        assert_eq!((layout.marks, layout.columns.len()), (Marks::Legend, 2));
    }

    #[test]
    fn an_interval_goes_before_its_rate() {
        let mut columns = vec![column("name", "Trial", true, 0), column("rate", "45.1 % (43.9-46.2)", false, 0)];
        columns[1].brief = Some(Content::Digits(vec!["45.1 %".to_owned()]));
        let layout = lay_out(&shown(columns.clone(), None), 25);
        assert_eq!((widths(&layout), layout.columns[1].is_brief), (vec![(0, 5), (1, 18)], false));
        let layout = lay_out(&shown(columns, None), 24);
        assert_eq!((widths(&layout), layout.columns[1].is_brief), (vec![(0, 5), (1, 6)], true));
    }

    #[test]
    fn numbers_are_never_cut() {
        let columns = vec![
            column("a", "1,234,567,890,123", false, 0),
            column("b", "1,234,567,890,123", false, 0),
            column("c", "1,234,567,890,123", false, 0),
        ];
        assert!(lay_out(&shown(columns, None), 40).folded);
    }
}
