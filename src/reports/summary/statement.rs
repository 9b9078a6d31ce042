//! What the summary says: sentences with numbers, each from a table of the report, as a section and as a table.

use super::texts::Say;
use crate::document::{Cell, ColumnType, Section, Table, View, ViewColumn, ViewContent};

/// What a statement is about; the summary tells them in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Change,
    Leak,
    Stuck,
    Cost,
    Churn,
    Goal,
}

impl Topic {
    const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Leak => "leak",
            Self::Stuck => "stuck",
            Self::Cost => "cost",
            Self::Churn => "churn",
            Self::Goal => "goal",
        }
    }

    /// As people read it.
    const fn label(self) -> &'static str {
        match self {
            Self::Change => "What changed",
            Self::Leak => "Where most is lost",
            Self::Stuck => "What is stuck",
            Self::Cost => "What costs too much",
            Self::Churn => "Who leaves",
            Self::Goal => "Goals",
        }
    }
}

/// The numbers of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// What is said of now.
    pub value: Option<f64>,
    /// What it is held against: the period before, the other channels, the goal.
    pub base: Option<f64>,
    /// The difference `value - base`, or for costs the ratio `value / base`.
    pub effect: Option<f64>,
    /// The interval of the effect; of the value where there is no effect.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub p_value: Option<f64>,
}

/// One thing to know, in one sentence or two.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub topic: Topic,
    /// The first sentence's key names the statement for machines.
    pub sentences: Vec<(Say, Vec<(&'static str, String)>)>,
    pub figures: Figures,
    /// The table that it follows from.
    pub basis: String,
}

impl Statement {
    #[must_use]
    pub fn new(topic: Topic, basis: &str, say: Say, values: Vec<(&'static str, String)>, figures: Figures) -> Self {
        Self { topic, sentences: vec![(say, values)], figures, basis: basis.to_owned() }
    }

    /// Adds a sentence.
    #[must_use]
    pub fn and(mut self, say: Say, values: Vec<(&'static str, String)>) -> Self {
        self.sentences.push((say, values));
        self
    }

    fn text(&self) -> String {
        let sentences = self.sentences.iter().map(|(say, values)| say.english(values));
        sentences.collect::<Vec<_>>().join(" ")
    }
}

/// In the place of statements.
const NOTHING: &str = "The data support no statement: the tables say all there is.";

/// The name of the table.
pub const TABLE: &str = "report.summary";

/// The section: a line per statement for people, which names the table by its title, and the table for machines.
///
/// `titles` gives the title of a table by its name; a statement whose table is not in the report is left out.
#[must_use]
pub fn section(mut statements: Vec<Statement>, titles: impl Fn(&str) -> Option<String>) -> Section {
    statements.retain(|statement| titles(&statement.basis).is_some());
    statements.sort_by_key(|statement| statement.topic);
    let columns = [
        ("topic", ColumnType::Text),
        ("key", ColumnType::Text),
        ("statement", ColumnType::Text),
        ("value", ColumnType::Number),
        ("base", ColumnType::Number),
        ("effect", ColumnType::Number),
        ("low", ColumnType::Number),
        ("high", ColumnType::Number),
        ("p_value", ColumnType::Number),
        ("basis", ColumnType::Text),
    ];
    let mut table = Table::new(TABLE, "Summary", &columns);
    let mut lines = Vec::new();
    for statement in &statements {
        let (Some(title), Some((say, _))) = (titles(&statement.basis), statement.sentences.first()) else { continue };
        let text = statement.text();
        lines.push(format!("- {text} [{title}]"));
        let figures = statement.figures;
        let number = |value: Option<f64>| value.filter(|value| value.is_finite()).map_or(Cell::Missing, Cell::Number);
        let mut cells = [statement.topic.name(), say.key(), &text].map(|text| Cell::Text(text.to_owned())).to_vec();
        let numbers =
            [figures.value, figures.base, figures.effect, figures.low, figures.high, figures.p_value].map(number);
        cells.extend(numbers);
        cells.push(Cell::Text(statement.basis.clone()));
        table.rows.push(cells);
    }
    if lines.is_empty() {
        lines.push(NOTHING.to_owned());
    }
    table.machine_only = true;
    table.view = Some(view(&statements));
    Section { title: "Summary".to_owned(), lines, tables: vec![table] }
}

/// The statements and what each is about; pages put the words for a topic before the first of it.
fn view(statements: &[Statement]) -> View {
    let column = |label: &str, position| ViewColumn {
        label: label.to_owned(),
        content: ViewContent::Value(position),
        expendable: 0,
    };
    let mut topics: Vec<Topic> = Vec::new();
    let mut marks = Vec::new();
    for (row, statement) in statements.iter().enumerate() {
        if !topics.contains(&statement.topic) {
            topics.push(statement.topic);
            marks.push((row, statement.topic.label().to_owned()));
        }
    }
    View { columns: vec![column("Topic", 0), column("Statement", 2)], marks, ..View::default() }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Statement, Topic, section};
    use crate::document::Cell;
    use crate::reports::summary::texts::Say;

    #[test]
    fn statements_stand_by_topic_and_name_their_table() {
        let values = || vec![("older", "3".to_owned()), ("open", "9".to_owned()), ("won", "40".to_owned())];
        let old = Statement::new(Topic::Stuck, "pipeline.suspension", Say::Older, values(), Figures::default());
        let figures = Figures { value: Some(0.5), p_value: Some(f64::NAN), ..Figures::default() };
        let leak = Statement::new(Topic::Leak, "conversion.leaks", Say::Leak, Vec::new(), figures);
        let nowhere = Statement { basis: "not.here".to_owned(), ..leak.clone() };
        let title = |name: &str| (name != "not.here").then(|| name.to_uppercase());
        let section = section(vec![old, nowhere, leak], title);
        assert_eq!(section.lines.len(), 2);
        assert!(section.lines[0].ends_with("[CONVERSION.LEAKS]"), "{:?}", section.lines);
        let table = &section.tables[0];
        assert_eq!(table.rows[0][..2], [Cell::Text("leak".to_owned()), Cell::Text("leak".to_owned())]);
        assert_eq!((&table.rows[0][3], &table.rows[0][8]), (&Cell::Number(0.5), &Cell::Missing));
    }
}
