//! Which columns of both sides stand for the channel, the campaign and other breakdowns.

use super::super::analysis::Context;
use crate::config::settings::CostSettings;
use crate::document::Note;
use crate::error::Result;
use crate::input::columns::channel_columns;
use crate::input::source::Source;
use crate::model::kind::Role;
use crate::model::names::fold;

/// Folded names of columns that hold a campaign.
const CAMPAIGNS: [&str; 10] = [
    "campaign",
    "campaignname",
    "utmcampaign",
    "campagne",
    "nomdelacampagne",
    "kampagne",
    "kampagnenname",
    "campana",
    "campaignid",
    "primarycampaignsource",
];

/// No column can have this name.
const NO_COLUMN: &str = "\u{1}none";

/// A breakdown column of the output, and where its values stand.
pub struct Dimension {
    /// As it is printed.
    pub name: String,
    /// The column of each source of spend.
    pub spend: Vec<Option<String>>,
    pub lead: Option<String>,
}

impl Dimension {
    /// The column of the leads' side; one that no source has where there is none.
    pub fn lead_column(&self) -> String {
        self.lead.clone().unwrap_or_else(|| NO_COLUMN.to_owned())
    }

    fn in_spend(&self) -> bool {
        self.spend.iter().any(Option::is_some)
    }
}

pub struct Found {
    pub dimensions: Vec<Dimension>,
    pub notes: Vec<Note>,
}

/// Finds the columns of `--by`; without it the channel, else the campaign, where both sides have it.
///
/// # Errors
/// A column that no source has.
pub fn dimensions(context: &Context<'_>, asked: &CostSettings, spend: &[Source], leads: &[Source]) -> Result<Found> {
    let mut found = Found { dimensions: Vec::new(), notes: Vec::new() };
    for column in asked.lead_channel.iter().chain(&asked.lead_campaign) {
        context.check_columns(leads, std::slice::from_ref(column))?;
    }
    let by = &asked.conversion.by;
    if by.is_empty() {
        let unasked = ["channel", "campaign"].map(|name| dimension(name, asked, spend, leads));
        let both = unasked.into_iter().find(|dimension| dimension.in_spend() && dimension.lead.is_some());
        found.notes.extend(both.as_ref().map(|dimension| said(dimension, leads)));
        found.dimensions.extend(both);
        return Ok(found);
    }
    for name in by {
        let dimension = dimension(name, asked, spend, leads);
        if !dimension.in_spend() && dimension.lead.is_none() {
            let both: Vec<Source> = spend.iter().chain(leads).cloned().collect();
            context.check_columns(&both, std::slice::from_ref(name))?;
        }
        for (source, column) in spend.iter().zip(&dimension.spend) {
            column.as_ref().map_or(Ok(()), |column| source.demand(column))?;
        }
        if let Some(column) = &dimension.lead {
            leads.iter().try_for_each(|source| source.demand(column))?;
        }
        found.notes.push(said(&dimension, leads));
        found.dimensions.push(dimension);
    }
    Ok(found)
}

/// What was taken for a dimension on both sides.
fn said(dimension: &Dimension, leads: &[Source]) -> Note {
    let kind = leads.first().map_or("leads", |source| source.kind.name());
    let spend = dimension.spend.iter().flatten().next();
    let text = match (spend, &dimension.lead) {
        (Some(spend), Some(lead)) => {
            return Note::note("joined", format!("{}: `{spend}` of spend, `{lead}` of {kind}", dimension.name));
        }
        (Some(_), None) => format!("{kind} have no {}: all of them are in (none)", dimension.name),
        _ => format!("the spend has no {}: all of it is in (none)", dimension.name),
    };
    Note::warning("by_missing", text)
}

fn dimension(name: &str, asked: &CostSettings, spend: &[Source], leads: &[Source]) -> Dimension {
    let role = match name {
        "channel" => Some(Role::Channel),
        "campaign" => Some(Role::Campaign),
        _ => None,
    };
    let of_spend = |source: &Source| {
        let by_role = role.and_then(|role| source.roles.get(&role).cloned());
        by_role.or_else(|| source.attribute(name))
    };
    let spend: Vec<Option<String>> = spend.iter().map(of_spend).collect();
    let given = match role {
        Some(Role::Channel) => asked.lead_channel.clone(),
        Some(_) => asked.lead_campaign.clone(),
        None => None,
    };
    let lead = given.or_else(|| leads.iter().find_map(|source| lead_column(source, name, role, &spend)));
    Dimension { name: name.to_owned(), spend, lead }
}

/// The column of a source of leads: one of the same name as in the spend, of the name asked for, or a known name.
fn lead_column(source: &Source, name: &str, role: Option<Role>, spend: &[Option<String>]) -> Option<String> {
    let same = spend.iter().flatten().find_map(|column| source.attribute(column));
    let named = same.or_else(|| source.attribute(name));
    let columns = source.columns();
    let is_campaign = |column: &String| CAMPAIGNS.contains(&fold(column).as_str());
    named.or_else(|| match role? {
        Role::Channel => {
            let ranked = channel_columns(&columns).into_iter().map(|place| &columns[place]);
            ranked.into_iter().find(|column| !is_campaign(column)).cloned()
        }
        _ => columns.iter().find(|column| is_campaign(column)).cloned(),
    })
}
