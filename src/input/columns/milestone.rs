//! Exports of which each row says that one thing happened to somebody: leads by their first contact, customers by the
//! day they were won. Two of them or more that name people by one column are the steps of one funnel.

use super::stage_dates::{is_bookkeeping, words};
use crate::model::names::fold;

/// How one export is read as events of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    pub id: String,
    pub time: String,
    pub event: String,
}

/// An export by its columns, and the name of its file without extension.
pub struct Export<'a> {
    pub columns: &'a [String],
    pub stem: &'a str,
}

/// Words of a column that holds a time.
const TIMES: [&str; 7] = ["date", "at", "time", "timestamp", "ts", "on", "day"];
/// What a time of creation is called: the event is then what the file is about.
const CREATIONS: [&str; 4] = ["created", "creation", "create", "added"];
/// Words of files that say nothing about them.
const FILLERS: [&str; 6] = ["dataset", "data", "export", "table", "list", "csv"];

/// Reads the exports as events: they share exactly one column of ids, each has exactly one column of a time that is no
/// bookkeeping, and no two say the same. `None` where any of that does not hold.
#[must_use]
pub fn milestones(exports: &[Export<'_>]) -> Option<Vec<Milestone>> {
    let (first, others) = exports.split_first()?;
    if others.is_empty() {
        return None;
    }
    let is_shared = |name: &&String| is_id(name) && others.iter().all(|export| export.columns.contains(name));
    let id = only(first.columns.iter().filter(is_shared))?;
    let found = exports.iter().map(|export| {
        let (time, event) = only(export.columns.iter().filter_map(|name| Some((name, event_of(name)?))))?;
        let event = if event.is_empty() { of_file(export.stem, exports)? } else { event };
        Some(Milestone { id: id.clone(), time: time.clone(), event })
    });
    let found: Vec<Milestone> = found.collect::<Option<_>>()?;
    let mut names: Vec<String> = found.iter().map(|milestone| fold(&milestone.event)).collect();
    names.sort_unstable();
    names.dedup();
    (names.len() == found.len()).then_some(found)
}

fn is_id(name: &str) -> bool {
    let last = words(name).last().map(|word| fold(word));
    last.is_some_and(|word| matches!(word.as_str(), "id" | "uuid" | "guid" | "email"))
}

/// What a time says that happened; nothing where it tells of a creation. `None` where the column is no such time.
fn event_of(name: &str) -> Option<String> {
    let mut words = words(name);
    let is_time = |word: &&str| TIMES.contains(&fold(word).as_str());
    if words.last().is_some_and(is_time) {
        words.pop();
    } else if words.first().is_some_and(is_time) {
        words.remove(0);
    } else {
        return None;
    }
    let is_any = |word: &&str, list: &[&str]| list.contains(&fold(word).as_str());
    words.retain(|word| !is_any(word, &TIMES));
    if words.iter().any(|word| is_any(word, &CREATIONS)) || words.is_empty() {
        return Some(String::new());
    }
    (!words.iter().any(|word| is_bookkeeping(word))).then(|| words.join(" "))
}

/// What a file is about: the words of its name that not all files have.
fn of_file(stem: &str, exports: &[Export<'_>]) -> Option<String> {
    let is_common =
        |word: &str| exports.iter().all(|export| words(export.stem).iter().any(|other| fold(other) == fold(word)));
    let own = words(stem).into_iter().filter(|word| {
        !is_common(word) && !FILLERS.contains(&fold(word).as_str()) && word.chars().any(char::is_alphabetic)
    });
    Some(own.collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty())
}

fn only<T>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{Export, milestones};

    fn found(exports: &[(&str, &[&str])]) -> Option<Vec<(String, String, String)>> {
        let columns: Vec<Vec<String>> =
            exports.iter().map(|(_, columns)| columns.iter().map(|name| (*name).to_owned()).collect()).collect();
        let exports = exports.iter().zip(&columns);
        let exports: Vec<Export<'_>> = exports.map(|((stem, _), columns)| Export { columns, stem }).collect();
        let all = milestones(&exports)?.into_iter();
        Some(all.map(|milestone| (milestone.id, milestone.time, milestone.event)).collect())
    }

    fn named(rows: &[[&str; 3]]) -> Vec<(String, String, String)> {
        rows.iter().map(|row| row.map(str::to_owned)).map(|[id, time, event]| (id, time, event)).collect()
    }

    #[test]
    fn exports_with_one_id_and_a_time_each_are_steps() {
        let leads: (&str, &[&str]) = ("shop_leads_dataset", &["lead_id", "first_contact_date", "page_id", "origin"]);
        let won: (&str, &[&str]) = ("shop_won_dataset", &["lead_id", "seller_id", "won_date"]);
        let rows = [["lead_id", "first_contact_date", "first contact"], ["lead_id", "won_date", "won"]];
        assert_eq!(found(&[leads, won]), Some(named(&rows)));
        let trials: (&str, &[&str]) = ("2026 trials", &["user_id", "created_at", "updated_at"]);
        let paid: (&str, &[&str]) = ("2026 payments", &["user_id", "createdAt", "amount"]);
        let rows = [["user_id", "created_at", "trials"], ["user_id", "createdAt", "payments"]];
        assert_eq!(found(&[trials, paid]), Some(named(&rows)));
    }

    #[test]
    fn what_is_not_certain_is_not_guessed() {
        let one: (&str, &[&str]) = ("leads", &["lead_id", "first_contact_date"]);
        assert_eq!(found(&[one]), None);
        for other in [
            // Another id, two ids, no time, two times, the same event twice.
            &["deal_id", "won_date"][..],
            &["lead_id", "amount"],
            &["lead_id", "won_date", "paid_date"],
            &["lead_id", "first_contact_date"],
        ] {
            assert_eq!(found(&[one, ("other", other)]), None, "{other:?}");
        }
        let both = ["lead_id", "email", "won_date"];
        assert_eq!(found(&[("a", &["lead_id", "email", "signup_date"]), ("b", &both)]), None);
    }
}
