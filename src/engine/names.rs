//! The event and stage names that the sources really have.

use crate::error::Result;
use crate::input::batch::{Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::kind::Role;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Returns all event, stage and status names, sorted.
///
/// # Errors
/// Whatever reading reports.
pub fn present(sources: &[Source]) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    for source in sources {
        names.extend(source.event_name.clone());
        names.extend(source.stage_dates.iter().map(|(stage, _)| stage.clone()));
        let dictionary = Arc::new(Dictionary::default());
        let columns = [Role::Event, Role::Stage, Role::Status].into_iter().filter_map(|role| source.roles.get(&role));
        let fields: Vec<Field> = columns
            .map(|column| Field {
                column: column.clone(),
                wanted: Wanted::Name { dictionary: Arc::clone(&dictionary), required: false, only: None },
            })
            .collect();
        if fields.is_empty() {
            continue;
        }
        let request = Request { fields, ..Request::default() };
        source.scan(&request, &|_| (), &AtomicBool::new(false))?;
        names.extend(dictionary.names().into_iter().filter(|name| !name.is_empty()));
    }
    Ok(names.into_iter().collect())
}
