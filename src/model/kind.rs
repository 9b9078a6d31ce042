//! Kinds of sources and the roles that their columns play.

/// What one record of a source stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Events,
    History,
    Deals,
    Subscriptions,
    Customers,
    Orders,
    Spend,
    Touches,
}

/// The part a column plays in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Id,
    Event,
    Time,
    Value,
    Session,
    Stage,
    Created,
    Closed,
    Status,
    Amount,
    Customer,
    Start,
    End,
    Interval,
    Plan,
    Tenure,
    Churned,
    Quantity,
    Cost,
    Channel,
    Campaign,
    Clicks,
    Impressions,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Events,
        Self::History,
        Self::Deals,
        Self::Subscriptions,
        Self::Customers,
        Self::Orders,
        Self::Spend,
        Self::Touches,
    ];

    /// Returns the word used in flags, `funnel.toml` and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::History => "history",
            Self::Deals => "deals",
            Self::Subscriptions => "subscriptions",
            Self::Customers => "customers",
            Self::Orders => "orders",
            Self::Spend => "spend",
            Self::Touches => "touches",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the roles without which a source of this kind cannot be read.
    #[must_use]
    pub const fn required(self) -> &'static [Role] {
        match self {
            Self::Events => &[Role::Id, Role::Event, Role::Time],
            Self::History => &[Role::Id, Role::Stage, Role::Time],
            Self::Deals => &[Role::Id, Role::Created],
            Self::Subscriptions => &[Role::Customer, Role::Start, Role::Amount],
            Self::Customers => &[Role::Customer, Role::Tenure, Role::Churned],
            Self::Orders => &[Role::Customer, Role::Time, Role::Amount],
            Self::Spend => &[Role::Time, Role::Cost],
            Self::Touches => &[Role::Id, Role::Time, Role::Channel],
        }
    }

    /// Returns the roles that are used where a column for them is found.
    #[must_use]
    pub const fn optional(self) -> &'static [Role] {
        match self {
            Self::Events => &[Role::Value, Role::Session, Role::Channel],
            Self::History => &[Role::Value],
            Self::Deals => &[Role::Closed, Role::Status, Role::Stage, Role::Amount],
            Self::Subscriptions => &[Role::End, Role::Interval, Role::Plan],
            Self::Customers => &[Role::Amount],
            Self::Orders => &[Role::Quantity],
            Self::Spend => &[Role::Channel, Role::Campaign, Role::Clicks, Role::Impressions],
            Self::Touches => &[Role::Cost],
        }
    }
}

impl Role {
    pub const ALL: [Self; 23] = [
        Self::Id,
        Self::Event,
        Self::Time,
        Self::Value,
        Self::Session,
        Self::Stage,
        Self::Created,
        Self::Closed,
        Self::Status,
        Self::Amount,
        Self::Customer,
        Self::Start,
        Self::End,
        Self::Interval,
        Self::Plan,
        Self::Tenure,
        Self::Churned,
        Self::Quantity,
        Self::Cost,
        Self::Channel,
        Self::Campaign,
        Self::Clicks,
        Self::Impressions,
    ];

    /// Returns the word used in flags (`--id`), `funnel.toml` and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Event => "event",
            Self::Time => "time",
            Self::Value => "value",
            Self::Session => "session",
            Self::Stage => "stage",
            Self::Created => "created",
            Self::Closed => "closed",
            Self::Status => "status",
            Self::Amount => "amount",
            Self::Customer => "customer",
            Self::Start => "start",
            Self::End => "end",
            Self::Interval => "interval",
            Self::Plan => "plan",
            Self::Tenure => "tenure",
            Self::Churned => "churned",
            Self::Quantity => "quantity",
            Self::Cost => "cost",
            Self::Channel => "channel",
            Self::Campaign => "campaign",
            Self::Clicks => "clicks",
            Self::Impressions => "impressions",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
