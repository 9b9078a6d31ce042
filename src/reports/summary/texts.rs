//! Every sentence of the summary, in one place: whole sentences with named places, so that they can be translated.

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    ConversionRose,
    ConversionFell,
    ConversionSame,
    WinRose,
    WinFell,
    WinSame,
    OnlyLeak,
    Leak,
    LeakOpen,
    OnePoint,
    OnePointValue,
    LeakNear,
    Stuck,
    StuckSince,
    StuckLimit,
    StuckMost,
    StuckAll,
    Older,
    CostDear,
    CostNothing,
    ChurnRose,
    ChurnFell,
    ChurnSame,
    ChurnLevel,
    RevenueChurn,
    GoalMet,
    GoalMetNarrowly,
    GoalMissed,
    GoalMissedNarrowly,
    GoalOpen,
}

impl Say {
    #[cfg(test)]
    const ALL: [Self; 30] = [
        Self::ConversionRose,
        Self::ConversionFell,
        Self::ConversionSame,
        Self::WinRose,
        Self::WinFell,
        Self::WinSame,
        Self::OnlyLeak,
        Self::Leak,
        Self::LeakOpen,
        Self::OnePoint,
        Self::OnePointValue,
        Self::LeakNear,
        Self::Stuck,
        Self::StuckSince,
        Self::StuckLimit,
        Self::StuckMost,
        Self::StuckAll,
        Self::Older,
        Self::CostDear,
        Self::CostNothing,
        Self::ChurnRose,
        Self::ChurnFell,
        Self::ChurnSame,
        Self::ChurnLevel,
        Self::RevenueChurn,
        Self::GoalMet,
        Self::GoalMetNarrowly,
        Self::GoalMissed,
        Self::GoalMissedNarrowly,
        Self::GoalOpen,
    ];

    /// A stable word for machines.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::ConversionRose => "conversion_rose",
            Self::ConversionFell => "conversion_fell",
            Self::ConversionSame => "conversion_same",
            Self::WinRose => "win_rate_rose",
            Self::WinFell => "win_rate_fell",
            Self::WinSame => "win_rate_same",
            Self::OnlyLeak | Self::Leak | Self::LeakOpen => "leak",
            Self::OnePoint | Self::OnePointValue => "one_point",
            Self::LeakNear => "leak_near",
            Self::Stuck | Self::StuckSince | Self::StuckLimit => "stuck",
            Self::StuckMost | Self::StuckAll => "stuck_most",
            Self::Older => "older_than_won",
            Self::CostDear => "dear_channel",
            Self::CostNothing => "channel_without_customers",
            Self::ChurnRose => "churn_rose",
            Self::ChurnFell => "churn_fell",
            Self::ChurnSame => "churn_same",
            Self::ChurnLevel => "churn_level",
            Self::RevenueChurn => "revenue_churn",
            Self::GoalMet | Self::GoalMetNarrowly => "goal_met",
            Self::GoalMissed | Self::GoalMissedNarrowly => "goal_missed",
            Self::GoalOpen => "goal_open",
        }
    }

    /// The sentence with values in its places.
    #[must_use]
    pub fn english(self, values: &[(&'static str, String)]) -> String {
        filled(self.template(), values)
    }

    #[expect(clippy::too_many_lines, reason = "a table of texts, one arm each")]
    const fn template(self) -> &'static str {
        match self {
            Self::ConversionRose => {
                "Conversion rose: {rate} of the {entered} {units} of {period} came from {first} to {last}, against \
                 {base} of {base_entered} in {before}; the difference of {points} points ({low} to {high}) is more than \
                 noise (p {p})."
            }
            Self::ConversionFell => {
                "Conversion fell: {rate} of the {entered} {units} of {period} came from {first} to {last}, against \
                 {base} of {base_entered} in {before}; the difference of {points} points ({low} to {high}) is more than \
                 noise (p {p})."
            }
            Self::ConversionSame => {
                "{rate} of the {entered} {units} of {period} came from {first} to {last}, against {base} of \
                 {base_entered} in {before}; the difference of {points} points ({low} to {high}) is no more than noise \
                 (p {p})."
            }
            Self::WinRose => {
                "The win rate rose: {rate} of the {closed} deals closed in {period} were won, against {base} of \
                 {base_closed} in {before}; the difference of {points} points ({low} to {high}) is more than noise \
                 (p {p})."
            }
            Self::WinFell => {
                "The win rate fell: {rate} of the {closed} deals closed in {period} were won, against {base} of \
                 {base_closed} in {before}; the difference of {points} points ({low} to {high}) is more than noise \
                 (p {p})."
            }
            Self::WinSame => {
                "{rate} of the {closed} deals closed in {period} were won, against {base} of {base_closed} in \
                 {before}; the difference of {points} points ({low} to {high}) is no more than noise (p {p})."
            }
            Self::OnlyLeak => {
                "{lost} of {entered} {units} ({share}) at {step} have not gone on to {next}, {open} of them still open."
            }
            Self::Leak => {
                "The biggest leak is after {step}: {lost} of {entered} {units} ({share}) did not go on to {next}."
            }
            Self::LeakOpen => {
                "The biggest leak is after {step}: {lost} of {entered} {units} ({share}) have not gone on to {next}, \
                 {open} of them still open."
            }
            Self::OnePoint => "One more point there would bring {gain} more {units} at {last}.",
            Self::OnePointValue => "One more point there would bring {gain} more {units} at {last}, worth {value}.",
            Self::LeakNear => "The next one, after {step} ({share}), is too near to tell which is bigger (p {p}).",
            Self::Stuck => {
                "{stuck} of {open} open deals ({share}) are stuck: longer in their stage than 90 % of those that \
                 advanced from it."
            }
            Self::StuckSince => {
                "{stuck} of {open} open deals ({share}) are stuck: open for longer than 90 % of the won deals took."
            }
            Self::StuckLimit => "{stuck} of {open} open deals ({share}) are stuck: longer in their stage than {limit}.",
            Self::StuckMost => "Most of them, {count}, stand at {stage}.",
            Self::StuckAll => "All of them stand at {stage}.",
            Self::Older => {
                "{older} of {open} open deals ({share}) are older than any of the {won} won deals was ({longest} at \
                 most)."
            }
            Self::CostDear => {
                "A customer from {channel} costs {each}, {times} times the {base} of the other channels ({low} to \
                 {high} times): {spend} brought {customers}, which is more than noise (p {p})."
            }
            Self::CostNothing => {
                "{channel} cost {spend} and brought no customer; at the {base} that one costs elsewhere it would have \
                 brought {expected}, which is more than noise (p {p})."
            }
            Self::ChurnRose => {
                "Churn rose: {churned} of {start} customers ({rate}) were lost in {period}, against {base_churned} of \
                 {base_start} ({base}) in {before}; the difference of {points} points ({low} to {high}) is more than \
                 noise (p {p})."
            }
            Self::ChurnFell => {
                "Churn fell: {churned} of {start} customers ({rate}) were lost in {period}, against {base_churned} of \
                 {base_start} ({base}) in {before}; the difference of {points} points ({low} to {high}) is more than \
                 noise (p {p})."
            }
            Self::ChurnSame => {
                "{churned} of {start} customers ({rate}) were lost in {period}, against {base_churned} of {base_start} \
                 ({base}) in {before}; the difference of {points} points ({low} to {high}) is no more than noise (p {p})."
            }
            Self::ChurnLevel => "{churned} of {start} customers ({rate}; {low} to {high}) were lost in {period}.",
            Self::RevenueChurn => "Of the monthly revenue {gross} was lost in {period}, {net} net of what grew.",
            Self::GoalMet => {
                "The goal of {goal} for {step} is met: {rate} ({low} to {high}) of {whole} {units} at {from} came there."
            }
            Self::GoalMetNarrowly => {
                "The goal of {goal} for {step} is met, though it could be chance: {rate} ({low} to {high}) of {whole} \
                 {units} at {from} came there."
            }
            Self::GoalMissed => {
                "The goal of {goal} for {step} is missed: {rate} ({low} to {high}) of {whole} {units} at {from} came \
                 there."
            }
            Self::GoalMissedNarrowly => {
                "The goal of {goal} for {step} is missed, though it could be chance: {rate} ({low} to {high}) of {whole} \
                 {units} at {from} came there."
            }
            Self::GoalOpen => {
                "The goal of {goal} for {step} is not met yet: {rate} of {whole} {units} at {from} came there so far, \
                 and {open} that are still open can decide it."
            }
        }
    }
}

/// Puts values in the places of a text; a place without a value stays as it is, and values are taken as they are.
fn filled(template: &str, values: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            break;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => out.extend(["{", name, "}"]),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{Say, filled};

    #[test]
    fn values_stand_in_their_places_and_are_not_read_again() {
        let values = [("a", "{b}".to_owned()), ("b", "x".to_owned())];
        assert_eq!(filled("{a} and {b}, {c}", &values), "{b} and x, {c}");
        assert_eq!(filled("open {", &values), "open {");
    }

    #[test]
    fn texts_are_whole_sentences() {
        for say in Say::ALL {
            let text = say.template();
            assert!(text.ends_with('.') && !text.contains("  "), "{text}");
            assert_eq!(text.matches('{').count(), text.matches('}').count(), "{text}");
            assert!(!say.key().is_empty());
        }
    }
}
