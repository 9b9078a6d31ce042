//! A source: files of one kind with their roles resolved, ready to be scanned into typed batches.

use super::batch::{Batch, Field, Wanted};
use super::expression::{Condition, Operand};
use super::file::{File, FileScan, ScanTask};
use super::formats::Formats;
use super::left_out::LaidTest;
use super::lookup::Lookup;
use super::presets::Applied;
use super::typed::{LaidField, LaidText, Layout, NameMatcher, Reader};
use super::values::NullWords;
use crate::document::{FileAccount, Note, SourceAccount};
use crate::error::{Error, Result};
use crate::model::kind::{Kind, Role};
use crate::model::outcome::OutcomeWords;
use crate::model::presets::Ids;
use crate::model::time::{Micros, NO_TIME};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What a scan must deliver.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub fields: Vec<Field>,
    /// Conditions whose truth is wanted per row.
    pub predicates: Vec<String>,
    /// Rows that do not meet it are loaded but not handed out.
    pub filter: Option<String>,
    /// Rows later than this are left out and counted.
    pub as_of: Option<Micros>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub file: String,
    /// Physical line (row, of columnar files), from 1.
    pub line: u64,
    pub column: Option<String>,
    pub reason: &'static str,
}

/// How often a reason made rejects, by column.
pub type Reasons = BTreeMap<(Option<String>, &'static str), (u64, u64)>;

/// What the scan of a source found besides its batches.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    pub account: SourceAccount,
    /// The first ones, in the order of the files.
    pub rejects: Vec<Reject>,
    /// Rows and first line by column and reason; exact.
    pub reasons: Reasons,
    /// Latest time of the loaded records; a date is its first moment.
    pub latest: Option<Micros>,
    /// Whether all times are dates without a clock.
    pub date_only: bool,
    pub after_as_of: u64,
    pub notes: Vec<Note>,
}

/// Batches as the caller made them, and what the scan found.
#[derive(Debug)]
pub struct Scanned<S> {
    pub staged: Vec<S>,
    pub scan: Scan,
}

/// An attribute that a lookup adds: the key column and the table.
#[derive(Debug, Clone)]
pub struct Added {
    pub key: String,
    pub lookup: Arc<Lookup>,
}

/// What all scans of a source share.
#[derive(Clone)]
pub struct Shared {
    pub formats: Arc<Formats>,
    pub nulls: NullWords,
    pub threads: usize,
    /// Called with the bytes read since the last call.
    pub progress: Arc<dyn Fn(u64) + Send + Sync>,
}

/// Files of one kind, put together by column name.
#[derive(Clone)]
pub struct Source {
    pub name: String,
    pub kind: Kind,
    /// Columns by role.
    pub roles: BTreeMap<Role, String>,
    /// Stages with their date columns, in order.
    pub stage_dates: Vec<(String, String)>,
    /// Every row is this event.
    pub event_name: Option<String>,
    pub outcomes: OutcomeWords,
    /// The vendor's preset by which it is read.
    pub preset: Option<Applied>,
    pub ids: Ids,
    /// Attributes added by lookups, by name.
    pub added: BTreeMap<String, Added>,
    pub files: Arc<Vec<File>>,
    pub shared: Shared,
}

impl Source {
    /// Returns the column of a role, or an empty name that no file has.
    #[must_use]
    pub fn column(&self, role: Role) -> String {
        self.roles.get(&role).cloned().unwrap_or_default()
    }

    /// Whether a value or amount is known for the steps.
    #[must_use]
    pub fn has_value(&self) -> bool {
        self.roles.contains_key(&Role::Value) || self.roles.contains_key(&Role::Amount)
    }

    /// Returns all column names, of the files and of the lookups.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let own = self.files.iter().flat_map(|file| file.headers().iter().cloned());
        let all = own.chain(self.added.keys().cloned());
        all.filter(|name| !name.is_empty() && seen.insert(name.clone())).collect()
    }

    /// Returns the name under which an attribute can be asked for, where any file or lookup has it.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<String> {
        let known = self.added.contains_key(name) || self.files.iter().any(|file| file.position(name).is_some());
        known.then(|| name.to_owned())
    }

    /// A column that some files of the source have must be in all of them where it is used.
    ///
    /// # Errors
    /// A data error names the file that lacks it.
    pub fn demand(&self, column: &str) -> Result<()> {
        if self.added.contains_key(column) || self.files.iter().all(|file| file.position(column).is_none()) {
            return Ok(());
        }
        let Some(file) = self.files.iter().find(|file| file.position(column).is_none()) else { return Ok(()) };
        let message =
            format!("the file has no column `{column}`, which is used and which other files of {} have", self.name);
        let hint = format!("columns: {}", file.headers().join(", "));
        Err(Error::data(message).at(file.path(), Some(1), Some(column)).with_hint(hint))
    }

    /// Reads all files into batches; `stage` turns each into what the caller keeps, in a worker thread.
    ///
    /// # Errors
    /// Whatever reading reports; a column whose format the data cannot decide; a condition that cannot be used.
    pub fn scan<S: Send>(
        &self,
        request: &Request,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<Scanned<S>> {
        let conditions = Conditions::parse(request)?;
        let mut scanned = Scanned { staged: Vec::new(), scan: self.empty_scan() };
        let (mut times, mut dates) = (0, 0);
        for file in self.files.iter() {
            let task = self.task(file, request, &conditions, &mut scanned.scan.notes)?;
            let found: FileScan<S> = file.scan(&task, &self.shared, stage, stop)?;
            times += found.seen.times;
            dates += found.seen.dates;
            let latest = Some(found.seen.latest).filter(|latest| *latest != NO_TIME);
            scanned.scan.latest = scanned.scan.latest.max(latest);
            scanned.scan.after_as_of += found.seen.after_as_of;
            scanned.staged.extend(found.staged);
            scanned.scan.add(file, found.account, found.rejects, found.reasons);
            scanned.scan.notes.extend(found.notes);
            scanned.scan.notes.extend(never(file, found.seen.never));
            let skipped = |applied: &Applied| applied.skipped(file.path(), found.seen.left_out);
            scanned.scan.notes.extend(self.preset.as_ref().and_then(skipped));
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        scanned.scan.date_only = times > 0 && times == dates;
        Ok(scanned)
    }

    fn empty_scan(&self) -> Scan {
        let columns = Role::ALL.into_iter().filter_map(|role| self.roles.get_key_value(&role));
        let mut columns: Vec<(String, String)> =
            columns.map(|(role, column)| (role.name().to_owned(), column.clone())).collect();
        columns.extend(self.stage_dates.iter().map(|(stage, column)| (format!("stage_date {stage}"), column.clone())));
        let preset = self.preset.as_ref().map(|applied| applied.preset.name.to_owned());
        let (name, kind) = (self.name.clone(), self.kind.name().to_owned());
        let account = SourceAccount { name, kind, preset, columns, files: Vec::new() };
        Scan { account, ..Scan::default() }
    }

    /// Says how one file answers a request.
    fn task(&self, file: &File, request: &Request, conditions: &Conditions, notes: &mut Vec<Note>) -> Result<ScanTask> {
        let asked = request.fields.iter().map(|field| field.column.as_str());
        let conditions_name = conditions.predicates.iter().chain(&conditions.filter).flat_map(Condition::names);
        refuse_doubles(file, asked.chain(conditions_name.map(String::as_str)))?;
        let mut slots = Slots::default();
        let laid: Vec<(Option<usize>, &Field)> =
            request.fields.iter().map(|field| (self.slot(file, &field.column, &mut slots), field)).collect();
        let filter = self.usable_filter(file, conditions, notes);
        let names: BTreeSet<&String> = conditions.predicates.iter().chain(&filter).flat_map(Condition::names).collect();
        let (texts, operands, time_name) = self.texts(file, names, &mut slots);
        let left_out = self.left_out(file, &mut slots)?;
        let kinds = laid.iter().filter_map(|(slot, field)| slot.map(|slot| (slot, &field.wanted)));
        let mut formats = self.shared.formats.of(file, &slots.needed, kinds, &left_out, &self.shared)?;
        let fields = laid
            .into_iter()
            .map(|(column, field)| LaidField {
                column,
                wanted: field.wanted.clone(),
                reader: self.reader(field, column, &mut formats),
            })
            .collect();
        let layout = Layout {
            fields,
            texts,
            time_name,
            predicates: conditions.predicates.clone(),
            filter,
            operands,
            nulls: self.shared.nulls.clone(),
            as_of: request.as_of,
            left_out,
            ids: self.ids,
            spare: Mutex::default(),
        };
        Ok(ScanTask { layout, needed: slots.needed })
    }

    /// The tests by which rows of a file are none of the data.
    fn left_out(&self, file: &File, slots: &mut Slots) -> Result<Vec<LaidTest>> {
        let Some(applied) = &self.preset else { return Ok(Vec::new()) };
        Ok(applied.left_out(file)?.into_iter().map(|test| test.at(|position| slots.of(position))).collect())
    }

    /// The slot of a column in the list of needed ones; `None` where the file lacks it.
    fn slot(&self, file: &File, column: &str, slots: &mut Slots) -> Option<usize> {
        let name = match file.position(column) {
            Some(_) => column,
            None => self.added.get(column).map(|added| added.key.as_str())?,
        };
        file.position(name).map(|position| slots.of(position))
    }

    fn reader(&self, field: &Field, slot: Option<usize>, formats: &mut super::formats::Decided) -> Reader {
        match &field.wanted {
            Wanted::Time { .. } => Reader::Time(slot.and_then(|slot| formats.times.get(&slot).cloned().flatten())),
            Wanted::Amount | Wanted::Quantity => match slot.and_then(|slot| formats.amounts.remove(&slot)) {
                Some(format) => Reader::Amount(format),
                None => Reader::Plain,
            },
            Wanted::Name { dictionary, only: Some(only), .. } => {
                Reader::Names(NameMatcher::new(only.iter().map(|name| (name.clone(), dictionary.code(name)))))
            }
            Wanted::Text { .. } => match self.added.get(&field.column) {
                Some(added) => Reader::Lookup(Arc::clone(&added.lookup)),
                None => Reader::Plain,
            },
            Wanted::Id
            | Wanted::Name { .. }
            | Wanted::Label { .. }
            | Wanted::Over { .. }
            | Wanted::Word { .. }
            | Wanted::Cell => Reader::Plain,
        }
    }

    /// A filter on a column that the source lacks leaves it unfiltered, with a warning.
    fn usable_filter(&self, file: &File, conditions: &Conditions, notes: &mut Vec<Note>) -> Option<Condition> {
        let filter = conditions.filter.clone()?;
        let lacking = filter.names().iter().find(|name| !self.understands(name));
        match lacking {
            None => Some(filter),
            Some(name) => {
                if file.path() == self.files[0].path() {
                    let text = format!("source {} has no column `{name}`: --where leaves it unfiltered", self.name);
                    notes.push(Note::warning("unfiltered", text));
                }
                None
            }
        }
    }

    /// What a name in a condition stands for in a file.
    fn meaning(&self, file: &File, name: &str) -> Option<Meaning> {
        let time = self.roles.get(&Role::Time).or_else(|| self.roles.get(&Role::Created));
        if time.is_some_and(|column| column == name) {
            return Some(Meaning::Time);
        }
        if file.position(name).is_some() || self.added.contains_key(name) {
            return Some(Meaning::Column(name.to_owned()));
        }
        match super::expression::role_of(name)? {
            Role::Time => time.map(|_| Meaning::Time),
            Role::Event | Role::Stage if self.event_name.is_some() => self.event_name.clone().map(Meaning::Constant),
            role => self.roles.get(&role).cloned().map(Meaning::Column),
        }
    }

    /// Whether a condition may use a name: as a column, an attribute or a role.
    #[must_use]
    pub fn understands(&self, name: &str) -> bool {
        self.files.iter().any(|file| self.meaning(file, name).is_some())
    }

    fn texts(
        &self,
        file: &File,
        names: BTreeSet<&String>,
        slots: &mut Slots,
    ) -> (Vec<LaidText>, BTreeMap<String, Operand>, Option<String>) {
        let (mut texts, mut operands, mut time_name) = (Vec::new(), BTreeMap::new(), None);
        for name in names {
            let meaning = self.meaning(file, name);
            if meaning == Some(Meaning::Time) && time_name.is_none() {
                operands.insert(name.clone(), Operand::Time);
                time_name = Some(name.clone());
                continue;
            }
            operands.insert(name.clone(), Operand::Text);
            let (column, constant) = match meaning {
                Some(Meaning::Column(column)) => (Some(column), None),
                Some(Meaning::Constant(constant)) => (None, Some(constant)),
                Some(Meaning::Time) | None => (None, None),
            };
            let normalize = column.as_ref().is_some_and(|column| self.is_name(column));
            texts.push(LaidText {
                name: name.clone(),
                column: column.as_ref().and_then(|column| self.slot(file, column, slots)),
                normalize,
                constant,
                lookup: self.added.get(name).map(|added| Arc::clone(&added.lookup)),
            });
        }
        (texts, operands, time_name)
    }

    /// Whether a column holds ids or names, which are compared in their normal form.
    fn is_name(&self, column: &str) -> bool {
        let roles = [Role::Id, Role::Event, Role::Stage, Role::Status];
        roles.iter().any(|role| self.roles.get(role).is_some_and(|name| name == column))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Column(String),
    Constant(String),
    Time,
}

/// Positions of the columns that a scan needs, each once.
#[derive(Debug, Default)]
struct Slots {
    needed: Vec<usize>,
}

impl Slots {
    fn of(&mut self, position: usize) -> usize {
        self.needed.iter().position(|known| *known == position).unwrap_or_else(|| {
            self.needed.push(position);
            self.needed.len() - 1
        })
    }
}

/// The conditions of a request, parsed.
struct Conditions {
    predicates: Vec<Condition>,
    filter: Option<Condition>,
}

impl Conditions {
    fn parse(request: &Request) -> Result<Self> {
        let predicates = request.predicates.iter().map(|text| Condition::parse(text)).collect::<Result<_>>()?;
        let filter = request.filter.as_deref().map(Condition::parse).transpose()?;
        Ok(Self { predicates, filter })
    }
}

impl Scan {
    /// Adds what the scan of one file found.
    pub(super) fn add(
        &mut self,
        file: &File,
        account: FileAccount,
        rejects: Vec<(u64, Option<usize>, &'static str)>,
        reasons: Vec<super::file::Reason>,
    ) {
        let name = |column: Option<usize>| column.and_then(|column| file.headers().get(column).cloned());
        let path = file.path();
        self.rejects.extend(rejects.into_iter().map(|(line, column, reason)| Reject {
            file: path.to_owned(),
            line,
            column: name(column),
            reason,
        }));
        for reason in reasons {
            let entry = self.reasons.entry((name(reason.column), reason.reason)).or_insert((0, reason.first_line));
            entry.0 += reason.rows;
        }
        self.account.files.push(account);
    }
}

/// Says that dates stand for ends which are not known.
fn never(file: &File, count: u64) -> Option<Note> {
    let text = format!(
        "{}: {count} times are 9999-12-31 or 2050-01-01: read as none, since they stand for no end",
        file.path()
    );
    (count > 0).then(|| Note::note("no_end", text))
}

/// A name that two columns of a file have says not which of them is meant.
fn refuse_doubles<'n>(file: &File, mut names: impl Iterator<Item = &'n str>) -> Result<()> {
    let is_double = |name: &&str| file.headers().iter().filter(|header| header == name).count() > 1;
    match names.find(is_double) {
        Some(name) => Err(Error::data(format!("two columns are called `{name}`"))
            .at(file.path(), Some(1), Some(name))
            .with_hint("give them names of their own in the export, or --no-header COL,... with --skip-lines 1")),
        None => Ok(()),
    }
}

/// The identity that every file's account keeps.
///
/// # Errors
/// An internal error where a record is in none of the counts or in two.
pub fn check_account(account: &FileAccount) -> Result<()> {
    let sum = account.loaded + account.rejected + account.blank + account.skipped;
    if account.records == sum {
        return Ok(());
    }
    Err(Error::internal(format!("{} records, but {sum} accounted for", account.records)).in_file(&account.path))
}
