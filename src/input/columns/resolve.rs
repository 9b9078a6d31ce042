//! Finds the column of each role of a known kind.

use super::header::{Found, Header};
use super::problem::ColumnProblem;
use super::stage_dates;
use super::tables;
use crate::model::kind::{Kind, Role};
use crate::model::names::fold;
use crate::model::presets::Names;
use std::collections::{BTreeMap, BTreeSet};

/// What the user said about the columns of one source, by flags or `funnel.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    pub roles: BTreeMap<Role, String>,
    /// `(stage, column)` of `--stage-date`; where there is any, no stage date is looked for.
    pub stage_dates: Vec<(String, String)>,
    /// Looks for the value of events too, which is else only read where it is given.
    pub find_value: bool,
    /// Columns that a vendor's preset names; they go before the general names.
    pub preset: &'static [(Role, Names)],
}

/// Which column (from 0, in the header's order) plays which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub kind: Kind,
    pub roles: BTreeMap<Role, usize>,
    /// Stages of deals with the column that says when each was entered, in the header's order (given ones in theirs).
    /// A stage named by a won or lost word says when the deal was won or lost.
    pub stage_dates: Vec<(String, usize)>,
    /// What was recognised without being given (`id = "user_id", ...`), and what was left out and why.
    pub notes: Vec<String>,
}

/// Finds the columns of a source whose kind is known, given the roles that the user named.
///
/// # Errors
/// See [`resolve_given`].
pub fn resolve(kind: Kind, headers: &[String], given: &BTreeMap<Role, String>) -> Result<Resolved, ColumnProblem> {
    resolve_given(kind, headers, &Given { roles: given.clone(), ..Given::default() })
}

/// Finds the columns of a source whose kind is known.
///
/// Given columns win: by exact name, else by the only column that folds alike. Every other role takes the best-ranked
/// known name among the columns left, required roles first, so that no column plays two roles unless given so. A deal's
/// stage column is its status where there is no status. A column without a name is never taken.
///
/// # Errors
/// A given column that is missing or not unique; two columns of the same best rank for a role; a required role without
/// a column; a role, or stage dates, that the kind does not have.
pub fn resolve_given(kind: Kind, headers: &[String], given: &Given) -> Result<Resolved, ColumnProblem> {
    if kind != Kind::Deals && !given.stage_dates.is_empty() {
        return Err(ColumnProblem::NoStageDates { kind });
    }
    let header = Header::new(headers);
    let survey = Survey::take(kind, &header, given)?;
    if let Some((role, columns)) = survey.several.first() {
        return Err(header.ambiguous(role.name(), columns));
    }
    if let Some(&role) = survey.missing.first() {
        let advice = near_miss(kind, role, &header);
        return Err(ColumnProblem::Missing { kind, role, columns: headers.to_vec(), advice });
    }
    let mut roles = survey.roles;
    let mut notes = Vec::new();
    notes.extend(drop_interval(&header, &mut roles, given));
    notes.splice(0..0, recognised(&header, &roles, given));
    let stage_dates = find_stage_dates(kind, &header, &roles, given)?;
    if given.stage_dates.is_empty() && !stage_dates.is_empty() {
        let pairs: Vec<String> =
            stage_dates.iter().map(|(stage, column)| format!("\"{stage}\" = \"{}\"", header.name(*column))).collect();
        notes.push(format!("stage dates: {}", pairs.join(", ")));
    }
    Ok(Resolved { kind, roles, stage_dates, notes })
}

/// What the columns offer to a kind, before it is judged.
pub(super) struct Survey {
    pub roles: BTreeMap<Role, usize>,
    /// How surely each recognised role was found (see `tables`); given ones are the surest.
    pub ranks: BTreeMap<Role, u8>,
    pub several: Vec<(Role, Vec<usize>)>,
    pub missing: Vec<Role>,
}

impl Survey {
    pub fn take(kind: Kind, header: &Header, given: &Given) -> Result<Self, ColumnProblem> {
        let mut survey =
            Self { roles: BTreeMap::new(), ranks: BTreeMap::new(), several: Vec::new(), missing: Vec::new() };
        for (&role, column) in &given.roles {
            if !kind.required().contains(&role) && !kind.optional().contains(&role) {
                return Err(ColumnProblem::NoSuchRole { kind, role });
            }
            survey.roles.insert(role, header.named(role.name(), column)?);
            survey.ranks.insert(role, 0);
        }
        let mut used: BTreeSet<usize> = survey.roles.values().copied().collect();
        for (_, column) in &given.stage_dates {
            used.insert(header.named("stage-date", column)?);
        }
        for (role, names) in given.preset {
            if !survey.roles.contains_key(role)
                && let Some(column) = header.only(names).filter(|column| used.insert(*column))
            {
                survey.roles.insert(*role, column);
                survey.ranks.insert(*role, 0);
            }
        }
        for &role in kind.required().iter().chain(kind.optional()) {
            let unasked = kind == Kind::Events && role == Role::Value && !given.find_value;
            if !unasked && !survey.roles.contains_key(&role) {
                survey.look_for(kind, role, header, &mut used);
            }
        }
        Ok(survey)
    }

    fn look_for(&mut self, kind: Kind, role: Role, header: &Header, used: &mut BTreeSet<usize>) {
        match header.find(kind, role, used) {
            Found::One { column, rank } => {
                used.insert(column);
                self.roles.insert(role, column);
                self.ranks.insert(role, rank);
            }
            Found::Several { columns, rank } => {
                used.extend(&columns);
                self.ranks.insert(role, rank);
                self.several.push((role, columns));
            }
            Found::Nothing if kind.required().contains(&role) => self.missing.push(role),
            Found::Nothing => {}
        }
    }

    /// Tells whether every required role has a column, or several to choose from.
    pub fn fits(&self) -> bool {
        self.missing.is_empty()
    }

    pub fn has(&self, role: Role) -> bool {
        self.ranks.contains_key(&role)
    }

    /// Tells whether a role is found by a name of this rank or a better one.
    pub fn has_by(&self, role: Role, rank: u8) -> bool {
        self.ranks.get(&role).is_some_and(|&found| found <= rank)
    }
}

fn find_stage_dates(
    kind: Kind,
    header: &Header,
    roles: &BTreeMap<Role, usize>,
    given: &Given,
) -> Result<Vec<(String, usize)>, ColumnProblem> {
    if kind != Kind::Deals {
        return Ok(Vec::new());
    }
    if given.stage_dates.is_empty() {
        let used: BTreeSet<usize> = roles.values().copied().collect();
        return stage_dates::recognise(header, &used, roles.contains_key(&Role::Closed));
    }
    let find = |(stage, column): &(String, String)| Ok((stage.clone(), header.named("stage-date", column)?));
    given.stage_dates.iter().map(find).collect()
}

/// An amount per month must not be divided by an interval that only says how often the bill is sent.
fn drop_interval(header: &Header, roles: &mut BTreeMap<Role, usize>, given: &Given) -> Option<String> {
    let amount = *roles.get(&Role::Amount)?;
    let interval = *roles.get(&Role::Interval)?;
    let monthly = tables::monthly_amounts().iter().any(|name| fold(name) == header.bare(amount));
    if !monthly || given.roles.contains_key(&Role::Interval) {
        return None;
    }
    roles.remove(&Role::Interval);
    let (amount, interval) = (header.name(amount), header.name(interval));
    Some(format!("\"{interval}\" is not used: \"{amount}\" is monthly; --interval \"{interval}\" uses it"))
}

fn recognised(header: &Header, roles: &BTreeMap<Role, usize>, given: &Given) -> Option<String> {
    let new = roles.iter().filter(|(role, _)| !given.roles.contains_key(role));
    let pairs: Vec<String> =
        new.map(|(role, &column)| format!("{} = \"{}\"", role.name(), header.name(column))).collect();
    (!pairs.is_empty()).then(|| pairs.join(", "))
}

/// Returns what is wrong with a column that looks right for a role and is not.
pub(super) fn near_miss(kind: Kind, role: Role, header: &Header) -> Option<String> {
    tables::near_misses(kind, role).find_map(|miss| {
        let column = header.position(miss.names)?;
        Some(format!("\"{}\" {}", header.name(column), miss.advice))
    })
}
