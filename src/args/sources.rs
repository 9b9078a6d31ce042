//! Which files are read as what, and which columns play which part.

use super::values::{self, pair::StageDate};
use crate::model::kind::{Kind, Role};
use crate::model::presets::{self, PresetChoice};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::{Path, PathBuf};

/// Files of the kinds that every command takes.
///
/// Where any file is given here, the sources of `funnel.toml` are not used (its other settings are).
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sources")]
pub struct SourceArgs {
    /// Files of the main source; `-` is standard input
    ///
    /// Several files are put together by column name. A pattern that the shell left alone is expanded. Without files
    /// the sources of funnel.toml are read.
    #[arg(value_name = "FILE", help_heading = "Sources", display_order = 0)]
    pub files: Vec<PathBuf>,

    /// Kind of the main source
    ///
    /// Default: it follows from the columns found, and is printed.
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    pub kind: Option<Kind>,

    /// Vendor's export that the files are, or none
    ///
    /// Default: recognised by the columns, and printed; none recognises nothing. A name that is none is answered with
    /// the list.
    #[arg(long, value_name = "NAME", value_parser = preset_names(), hide_possible_values = true)]
    pub preset: Option<PresetChoice>,

    /// Files of events: one record per event of a unit
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub events: Vec<PathBuf>,

    /// Files of stage changes: one record per change
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub history: Vec<PathBuf>,

    /// Files of deals or leads: one record each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub deals: Vec<PathBuf>,

    /// The configuration file
    ///
    /// Default: funnel.toml in the working directory or the nearest one above.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The columns of events, history and deals.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Columns")]
pub struct ColumnArgs {
    /// Column that names the unit (user, lead, deal)
    ///
    /// Default, as for all columns: recognised by its header; what was recognised is printed.
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub id: Option<String>,

    /// Column with the event's name
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub event: Option<String>,

    /// Column with the time
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub time: Option<String>,

    /// Column with the event's value
    ///
    /// Default: none; the value of events is read only where it is asked for.
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub value: Option<String>,

    /// Column with the session
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub session: Option<String>,

    /// Column with the stage
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub stage: Option<String>,

    /// Column with the time of creation
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub created: Option<String>,

    /// Column with the time of closing
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub closed: Option<String>,

    /// Column that says won, lost or open
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub status: Option<String>,

    /// Column with the amount
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub amount: Option<String>,

    /// Column with the time at which a stage was reached (repeatable)
    #[arg(long, value_name = "STAGE=COLUMN", value_parser = values::pair::stage_date)]
    pub stage_date: Vec<StageDate>,

    /// Words that mean won
    ///
    /// Default: won, closed won, gagné(e), gewonnen, ganado, compared without case, accents and punctuation.
    #[arg(long, value_name = "WORD,...", value_delimiter = ',', value_parser = values::text::name)]
    pub won: Vec<String>,

    /// Words that mean lost
    ///
    /// Default: lost, closed lost, perdu(e), verloren, perdido, compared likewise.
    #[arg(long, value_name = "WORD,...", value_delimiter = ',', value_parser = values::text::name)]
    pub lost: Vec<String>,
}

/// Files and columns of the kinds that only some commands take.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sources")]
pub struct MoreSourceArgs {
    /// Files of subscriptions: one record each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub subscriptions: Vec<PathBuf>,

    /// Files of customers: a snapshot, one record each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub customers: Vec<PathBuf>,

    /// Files of orders: one record each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub orders: Vec<PathBuf>,

    /// Files of advertising spend
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub spend: Vec<PathBuf>,

    /// Files of marketing touches: one record each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub touches: Vec<PathBuf>,

    #[command(flatten)]
    pub columns: MoreColumnArgs,
}

/// Files of orders and their columns, of commands that take no other of the further kinds.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sources")]
pub struct OrderArgs {
    /// Files of orders: one record each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub orders: Vec<PathBuf>,

    /// Column that names the customer
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled, help_heading = "Columns")]
    pub customer: Option<String>,
}

/// The columns of subscriptions, customers, orders, spend and touches.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Columns")]
pub struct MoreColumnArgs {
    /// Column that names the customer
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub customer: Option<String>,

    /// Column with the start of the subscription
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub start: Option<String>,

    /// Column with its end
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub end: Option<String>,

    /// Column with the billing interval
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub interval: Option<String>,

    /// Column with the plan
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub plan: Option<String>,

    /// Column with the length of the customer's stay
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub tenure: Option<String>,

    /// Column that says whether the customer left
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub churned: Option<String>,

    /// Column with the quantity ordered
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub quantity: Option<String>,

    /// Column with the cost
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub cost: Option<String>,

    /// Column with the marketing channel
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub channel: Option<String>,

    /// Column with the campaign
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub campaign: Option<String>,

    /// Column with the number of clicks
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub clicks: Option<String>,

    /// Column with the number of impressions
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub impressions: Option<String>,
}

/// A parser of the presets' names, which lists them in the error of an unknown one.
fn preset_names() -> impl TypedValueParser<Value = PresetChoice> {
    let choice = |name: String| PresetChoice::from_name(&name).unwrap_or(PresetChoice::None);
    PossibleValuesParser::new(presets::names()).map(choice)
}

/// A parser of the kinds' names, which lists them in the help.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    // Every accepted name is one of the kinds, so that the fallback is never used.
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).map(|name| Kind::from_name(&name).unwrap_or(Kind::Events))
}

/// All that a command line says about sources, whatever the command.
#[derive(Debug, Clone, Copy)]
pub struct SourceFlags<'a> {
    pub main: &'a SourceArgs,
    pub columns: &'a ColumnArgs,
    pub more: Option<&'a MoreSourceArgs>,
    /// In place of `more`, of a command that has a `--start` of its own.
    pub orders: Option<&'a OrderArgs>,
}

impl<'a> SourceFlags<'a> {
    /// Returns the files given by the flag of each kind.
    #[must_use]
    pub fn files_by_kind(self) -> Vec<(Kind, &'a [PathBuf])> {
        let main = self.main;
        let mut files: Vec<(Kind, &[PathBuf])> =
            vec![(Kind::Events, &main.events), (Kind::History, &main.history), (Kind::Deals, &main.deals)];
        if let Some(more) = self.more {
            files.extend([
                (Kind::Subscriptions, more.subscriptions.as_slice()),
                (Kind::Customers, &more.customers),
                (Kind::Orders, &more.orders),
                (Kind::Spend, &more.spend),
                (Kind::Touches, &more.touches),
            ]);
        }
        if let Some(orders) = self.orders {
            files.push((Kind::Orders, &orders.orders));
        }
        files.retain(|(_, files)| !files.is_empty());
        files
    }

    /// Returns the column that a flag gives to a role.
    #[must_use]
    pub fn column(self, role: Role) -> Option<&'a str> {
        let more = self.more.map(|more| &more.columns);
        let column = match role {
            Role::Id => &self.columns.id,
            Role::Event => &self.columns.event,
            Role::Time => &self.columns.time,
            Role::Value => &self.columns.value,
            Role::Session => &self.columns.session,
            Role::Stage => &self.columns.stage,
            Role::Created => &self.columns.created,
            Role::Closed => &self.columns.closed,
            Role::Status => &self.columns.status,
            Role::Amount => &self.columns.amount,
            Role::Customer if self.orders.is_some() => &self.orders?.customer,
            Role::Customer => &more?.customer,
            Role::Start => &more?.start,
            Role::End => &more?.end,
            Role::Interval => &more?.interval,
            Role::Plan => &more?.plan,
            Role::Tenure => &more?.tenure,
            Role::Churned => &more?.churned,
            Role::Quantity => &more?.quantity,
            Role::Cost => &more?.cost,
            Role::Channel => &more?.channel,
            Role::Campaign => &more?.campaign,
            Role::Clicks => &more?.clicks,
            Role::Impressions => &more?.impressions,
        };
        column.as_deref()
    }

    /// Tells whether the command's settings may name the column of a role: `start` of cohorts is no column.
    #[must_use]
    pub const fn names_column(self, role: Role) -> bool {
        !(self.orders.is_some() && matches!(role, Role::Start))
    }

    /// Tells whether any file is given, by position or by flag.
    #[must_use]
    pub fn any_file(self) -> bool {
        !self.main.files.is_empty() || !self.files_by_kind().is_empty()
    }

    /// Returns the file of `--config`.
    #[must_use]
    pub fn config(self) -> Option<&'a Path> {
        self.main.config.as_deref()
    }
}
