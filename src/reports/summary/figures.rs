//! Numbers as the sentences of the summary write them.

use crate::plan::calendar::{Every, PeriodStart};

/// `45.1 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A difference of shares in points, with its sign: `+1.2`.
#[must_use]
pub fn points(difference: f64) -> String {
    let text = format!("{:+.1}", difference * 100.0);
    if text == "-0.0" { "+0.0".to_owned() } else { text }
}

/// `1,234`.
#[must_use]
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount with its currency; cents below 100 only.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
pub fn money(amount: f64, currency: Option<&str>) -> String {
    let currency = currency.map(|name| format!(" {name}")).unwrap_or_default();
    let magnitude = amount.abs();
    let sign = if amount < 0.0 { "-" } else { "" };
    if !(99.995..1e15).contains(&magnitude) {
        return format!("{sign}{magnitude:.2}{currency}");
    }
    format!("{sign}{}{currency}", count(magnitude.round() as u64))
}

/// `= 0.032`, `< 0.001`; never a chance of nothing.
#[must_use]
pub fn chance(p_value: f64) -> String {
    match p_value {
        p if p < 0.001 => "< 0.001".to_owned(),
        p if p < 0.1 => format!("= {p:.3}"),
        p => format!("= {p:.2}"),
    }
}

/// A number with at most one decimal, without one above 10.
#[must_use]
pub fn times(ratio: f64) -> String {
    if ratio >= 9.95 { format!("{ratio:.0}") } else { format!("{ratio:.1}") }
}

/// The name of a period: `2026-03`, `2026-Q1`, `the week of 2026-03-02`.
#[must_use]
pub fn period(start: PeriodStart, every: Every) -> String {
    use chrono::Datelike;
    match (start, every) {
        (PeriodStart::Hour(time), _) => time.format("%Y-%m-%d %H:%M").to_string(),
        (PeriodStart::Day(day), Every::Week) => format!("the week of {day}"),
        (PeriodStart::Day(day), Every::Month) => day.format("%Y-%m").to_string(),
        (PeriodStart::Day(day), Every::Quarter) => format!("{}-Q{}", day.year(), day.month0() / 3 + 1),
        (PeriodStart::Day(day), Every::Year) => day.year().to_string(),
        (PeriodStart::Day(day), Every::Day | Every::Hour) => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!((percent(0.4512), points(-0.0004), points(0.031)), ("45.1 %".into(), "+0.0".into(), "+3.1".into()));
        assert_eq!((count(0), count(999), count(12_345_678)), ("0".into(), "999".into(), "12,345,678".into()));
        assert_eq!((money(12.5, Some("EUR")), money(-1234.5, None)), ("12.50 EUR".into(), "-1,235".into()));
        assert_eq!((chance(0.0), chance(0.0321), chance(0.413)), ("< 0.001".into(), "= 0.032".into(), "= 0.41".into()));
        assert_eq!((times(2.04), times(12.3)), ("2.0".into(), "12".into()));
    }

    #[test]
    fn periods_have_names() {
        let day = |text: &str| PeriodStart::Day(text.parse().unwrap());
        assert_eq!(period(day("2026-04-01"), Every::Quarter), "2026-Q2");
        assert_eq!(period(day("2026-04-01"), Every::Month), "2026-04");
        assert_eq!(period(day("2026-04-06"), Every::Week), "the week of 2026-04-06");
        assert_eq!(period(day("2026-01-01"), Every::Year), "2026");
    }
}
