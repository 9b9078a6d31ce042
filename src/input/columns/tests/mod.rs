//! Headers of real exports, and what must be made of them.

mod rules;
mod vendors;

use super::{Given, infer_kind, resolve};
use crate::model::kind::{Kind, Role};
use std::collections::BTreeMap;

fn columns(header: &str) -> Vec<String> {
    header.split('|').map(|name| name.trim().to_owned()).collect()
}

fn given(roles: &[(Role, &str)]) -> BTreeMap<Role, String> {
    roles.iter().map(|&(role, column)| (role, column.to_owned())).collect()
}

/// Infers the kind, resolves it, and writes the roles as `role=column` in the order of roles.
fn read(header: &str) -> String {
    let columns = columns(header);
    let kind = infer_kind(&columns, &Given::default()).expect(header);
    let resolved = resolve(kind, &columns, &BTreeMap::new()).expect(header);
    let roles: Vec<String> =
        resolved.roles.iter().map(|(role, &column)| format!("{}={}", role.name(), columns[column])).collect();
    format!("{}: {}", kind.name(), roles.join(" "))
}

fn stages(header: &str) -> Vec<String> {
    let columns = columns(header);
    let resolved = resolve(Kind::Deals, &columns, &BTreeMap::new()).expect(header);
    resolved.stage_dates.iter().map(|(stage, column)| format!("{stage}@{column}")).collect()
}
