//! What a run is asked to do, resolved once: plain values, free of clap records, of TOML and of the engine.

mod commands;
mod common;
mod journey;
mod origin;
mod output;
mod sources;

pub use commands::*;
pub use common::*;
pub use journey::*;
pub use origin::*;
pub use output::*;
pub use sources::*;

use crate::document::Note;
use std::path::PathBuf;

/// What is asked of the command alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Analysis {
    Check,
    Churn(ChurnSettings),
    Conversion(ConversionSettings),
    Cycle(CycleSettings),
    Pipeline(PipelineSettings),
    Leads(LeadsSettings),
    Cost(CostSettings),
    Attribution(AttributionSettings),
    Cohort(super::cohort::CohortSettings),
    Lifecycle(LifecycleSettings),
    Value(ValueSettings),
    Paths(PathsSettings),
    Report(Box<ReportSettings>),
}

impl Analysis {
    /// The steps of the conversion funnel that were given; empty where it has none.
    #[must_use]
    pub fn steps(&self) -> &[StepSetting] {
        match self {
            Self::Conversion(asked) => &asked.steps,
            Self::Report(asked) => &asked.conversion.steps,
            _ => &[],
        }
    }

    /// The breakdown columns that were asked for.
    #[must_use]
    pub fn by(&self) -> &[String] {
        match self {
            Self::Conversion(asked) => &asked.by,
            Self::Churn(asked) => &asked.by,
            Self::Cohort(asked) => &asked.by,
            Self::Lifecycle(asked) => &asked.by,
            Self::Value(asked) => &asked.by,
            Self::Paths(asked) => &asked.by,
            Self::Cycle(asked) => &asked.deals.by,
            Self::Pipeline(asked) => &asked.deals.by,
            Self::Leads(asked) => &asked.deals.by,
            Self::Report(asked) => &asked.conversion.by,
            Self::Attribution(_) | Self::Cost(_) | Self::Check => &[],
        }
    }
}

/// Everything a run needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub command: &'static str,
    pub sources: Vec<SourceSettings>,
    pub lookups: Vec<LookupSettings>,
    pub loading: LoadingSettings,
    pub common: CommonSettings,
    pub analysis: Analysis,
    pub output: OutputSettings,
    /// Every setting with its origin, in the order of the groups.
    pub in_force: Vec<InForce>,
    /// What a reader should know about the settings.
    pub notes: Vec<Note>,
    /// The `funnel.toml` that was read.
    pub config_path: Option<PathBuf>,
}

impl Settings {
    /// Returns the settings that shape the numbers, for the output: name and value.
    #[must_use]
    pub fn shown(&self) -> Vec<(String, serde_json::Value)> {
        let shaping = self.in_force.iter().filter(|setting| setting.area != Area::Output);
        shaping.map(|setting| (setting.name.clone(), setting.value.clone())).collect()
    }

    /// Returns where a setting came from.
    #[must_use]
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.in_force.iter().find(|setting| setting.name == name).map(|setting| &setting.origin)
    }
}
