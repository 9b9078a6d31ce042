//! What columns are called, as data: one small table per language and per group of vendors.
//!
//! A name is written as people write it and compared folded ([`crate::model::names::fold`]), so spelling variants need
//! no entry of their own. The lower the rank, the surer the name: 10 says it outright, from 50 on it is a last resort.
//! Two names share a rank where neither is the better guess; a file that has both must say which by flag.

mod ads;
mod analytics;
mod billing;
mod crm;
mod english;
mod french;
mod german;
mod others;
mod spanish;

use crate::model::kind::{Kind, Role};
use crate::model::names::fold;
use std::sync::LazyLock;

/// Names that stand for a role in sources of some kinds.
pub(super) struct Entry {
    pub kinds: &'static [Kind],
    pub role: Role,
    pub rank: u8,
    pub names: &'static [&'static str],
}

/// An entry whose name is folded.
pub(super) struct Synonym {
    pub kinds: &'static [Kind],
    pub role: Role,
    pub rank: u8,
    pub folded: String,
}

/// A name that looks right and is not, and what to do about it.
pub(super) struct NearMiss {
    pub kind: Kind,
    pub role: Role,
    pub names: &'static [&'static str],
    pub advice: &'static str,
}

const fn entry(kinds: &'static [Kind], role: Role, rank: u8, names: &'static [&'static str]) -> Entry {
    Entry { kinds, role, rank, names }
}

/// Groups of kinds that share names.
const EVENTS: &[Kind] = &[Kind::Events];
const HISTORY: &[Kind] = &[Kind::History];
const DEALS: &[Kind] = &[Kind::Deals];
const SUBSCRIPTIONS: &[Kind] = &[Kind::Subscriptions];
const CUSTOMERS: &[Kind] = &[Kind::Customers];
const ORDERS: &[Kind] = &[Kind::Orders];
const SPEND: &[Kind] = &[Kind::Spend];
const TOUCHES: &[Kind] = &[Kind::Touches];
const PEOPLE: &[Kind] = &[Kind::Events, Kind::Touches];
const PIPELINE: &[Kind] = &[Kind::History, Kind::Deals];
const BUYERS: &[Kind] = &[Kind::Subscriptions, Kind::Customers, Kind::Orders];
const MOMENTS: &[Kind] = &[Kind::Events, Kind::History, Kind::Orders, Kind::Spend, Kind::Touches];
const VALUES: &[Kind] = &[Kind::Events, Kind::History];
const SALES: &[Kind] = &[Kind::Deals, Kind::Orders];

/// All names of all tables, folded once.
pub(super) static SYNONYMS: LazyLock<Vec<Synonym>> = LazyLock::new(|| {
    let tables = [
        english::TABLE,
        french::TABLE,
        german::TABLE,
        spanish::TABLE,
        others::TABLE,
        crm::TABLE,
        analytics::TABLE,
        billing::TABLE,
        ads::TABLE,
    ];
    let entries = tables.into_iter().flatten();
    entries.flat_map(|entry| entry.names.iter().map(|name| entry.synonym(name))).collect()
});

impl Entry {
    fn synonym(&self, name: &str) -> Synonym {
        Synonym { kinds: self.kinds, role: self.role, rank: self.rank, folded: fold(name) }
    }
}

/// Names of amounts that are monthly whatever the interval column says.
pub(super) const fn monthly_amounts() -> &'static [&'static str] {
    billing::MONTHLY
}

/// Returns names that look right for a role and are not.
pub(super) fn near_misses(kind: Kind, role: Role) -> impl Iterator<Item = &'static NearMiss> {
    let all = ads::NEAR_MISSES.iter().chain(billing::NEAR_MISSES);
    all.filter(move |miss| miss.kind == kind && miss.role == role)
}

#[cfg(test)]
mod tests {
    use super::SYNONYMS;
    use std::collections::BTreeMap;

    /// The same name twice for one role would hide one of the ranks.
    #[test]
    fn no_name_has_two_ranks_for_a_role() {
        let mut ranks = BTreeMap::new();
        let mut again = Vec::new();
        for synonym in SYNONYMS.iter() {
            for kind in synonym.kinds {
                if let Some(before) = ranks.insert((*kind, synonym.role, &synonym.folded), synonym.rank) {
                    again.push((kind.name(), synonym.role.name(), &synonym.folded, before, synonym.rank));
                }
            }
        }
        assert_eq!(again, []);
    }

    #[test]
    fn every_name_stands_for_a_role_that_its_kind_has() {
        for synonym in SYNONYMS.iter() {
            assert!(!synonym.folded.is_empty());
            for kind in synonym.kinds {
                let has = kind.required().contains(&synonym.role) || kind.optional().contains(&synonym.role);
                assert!(has, "{} {}", kind.name(), synonym.role.name());
            }
        }
    }
}
