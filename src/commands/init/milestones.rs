//! Exports that fit no kind by themselves, but together are the steps of one funnel.

use crate::config::settings::SourceSettings;
use crate::error::Result;
use crate::input::columns::{Export, Milestone, milestones};
use crate::input::open::open_file;
use crate::model::kind::{Kind, Role};
use std::path::Path;

/// The exports, one file each, as events of one name each; `None` where they are no such files.
///
/// # Errors
/// A file that cannot be read.
pub fn of(sources: &[SourceSettings]) -> Result<Option<Vec<SourceSettings>>> {
    // Whoever names kinds or columns knows what the files are.
    if sources.iter().any(|source| source.kind.is_some() || !source.columns.is_empty()) {
        return Ok(None);
    }
    let files = sources.iter().flat_map(|source| source.files.iter().map(move |file| (file, &source.reading)));
    let files = files.map(|(file, reading)| {
        let stem = file.path().and_then(Path::file_stem).unwrap_or_default().to_string_lossy().into_owned();
        Ok((open_file(file, reading, &|_| false)?.headers().to_vec(), stem))
    });
    let files: Vec<(Vec<String>, String)> = files.collect::<Result<_>>()?;
    let exports: Vec<Export<'_>> = files.iter().map(|(columns, stem)| Export { columns, stem }).collect();
    let found = milestones(&exports);
    Ok(found.map(|found| sources.iter().zip(found).map(|(source, milestone)| read_as(source, milestone)).collect()))
}

fn read_as(source: &SourceSettings, milestone: Milestone) -> SourceSettings {
    SourceSettings {
        kind: Some(Kind::Events),
        columns: [(Role::Id, milestone.id), (Role::Time, milestone.time)].into(),
        event_name: Some(milestone.event),
        ..source.clone()
    }
}
