//! Columns that tell where people came from, for the breakdowns that a report makes unasked.

use crate::model::names::fold;

/// The best first. Names further down are less often filled in or less often a channel.
const CHANNELS: &[&str] = &[
    "channel",
    "marketing channel",
    "canal",
    "Kanal",
    "lead source",
    "affaire - source du lead",
    "source du lead",
    "original traffic source",
    "property_hs_analytics_source",
    "hs_analytics_source",
    "original source",
    "deal - source channel",
    "source channel",
    "acquisition channel",
    "acquisition source",
    "canal d'acquisition",
    "utm_source",
    "traffic_source_source",
    "collected_traffic_source_manual_source",
    "source",
    "traffic source",
    "Quelle",
    "fuente",
    "origin",
    "lead origin",
    "origine",
    "origen",
    "latest traffic source",
    "first touch source",
    "last touch source",
    "source medium",
    "utm_medium",
    "medium",
    "traffic_source_medium",
    "utm_campaign",
    "campaign",
    "campagne",
    "Kampagne",
    "referring domain",
    "$referring_domain",
    "initial referring domain",
    "referrer",
    "mkt channel",
];

/// Returns the columns (from 0) that look like a channel or source, the best first; columns of the same name in their
/// order.
#[must_use]
pub fn channel_columns(headers: &[String]) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> = headers
        .iter()
        .enumerate()
        .filter_map(|(column, name)| {
            let folded = fold(name);
            let rank = CHANNELS.iter().position(|channel| !folded.is_empty() && fold(channel) == folded)?;
            Some((rank, column))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, column)| column).collect()
}

#[cfg(test)]
mod tests {
    use super::channel_columns;

    #[test]
    fn ranks_channels() {
        let headers = ["id", "utm_campaign", "Lead Origin", "Lead Source", "UTM Source", ""].map(str::to_owned);
        assert_eq!(channel_columns(&headers), [3, 4, 2, 1]);
        assert_eq!(channel_columns(&["Original Traffic Source".to_owned()]), [0]);
        assert_eq!(channel_columns(&["amount".to_owned()]), [0_usize; 0]);
    }
}
