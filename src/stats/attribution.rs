//! How the credit of one conversion is shared, and what removing a channel takes from all of them.

/// Weights of 40 % for the first touch, 40 % for the last, 20 % for the others together; of two touches half each.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a path is short")]
pub fn position(touches: usize) -> Vec<f64> {
    match touches {
        0 => Vec::new(),
        1 => vec![1.0],
        2 => vec![0.5, 0.5],
        _ => {
            let mut weights = vec![0.2 / (touches - 2) as f64; touches];
            weights[0] = 0.4;
            weights[touches - 1] = 0.4;
            weights
        }
    }
}

/// Weights 2^(-age / half-life), up to a common factor, so that the youngest touch never fades to nothing.
///
/// Ages and half-life are in one unit; the half-life is above 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "ages need no more than 53 bits")]
pub fn time_decay(ages: &[i64], half_life: i64) -> Vec<f64> {
    let youngest = ages.iter().copied().min().unwrap_or(0);
    ages.iter().map(|age| (-((age - youngest) as f64) / half_life as f64).exp2()).collect()
}

/// Transitions of a first-order Markov chain over channels, counted over all paths.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// Paths that begin with each channel.
    pub starts: Vec<u64>,
    /// Moves from a channel (row) to another (column).
    pub moves: Vec<Vec<u64>>,
    /// Paths that convert after each channel.
    pub converted: Vec<u64>,
    /// Paths that end after each channel without a conversion.
    pub ended: Vec<u64>,
}

/// Removal effects: the share of the conversion probability that is lost where a channel leads nowhere.
///
/// With `h = (I - Q)^-1 r` the probability of converting from each channel, and f that of ever visiting a channel
/// (`start N / N[c][c]` with `N = (I - Q)^-1`), removing channel c takes `f[c] h[c]` of the start's probability p; the
/// effect is that over p. Exact: nothing is simulated. `None` where no path converts.
#[must_use]
pub fn removal_effects(chain: &Chain) -> Option<Vec<f64>> {
    let size = chain.starts.len();
    let begun: u64 = chain.starts.iter().sum();
    let fundamental = inverse(transient(chain)?)?;
    let leaving = |channel: usize| -> u64 {
        chain.moves[channel].iter().sum::<u64>() + chain.converted[channel] + chain.ended[channel]
    };
    let exits: Vec<f64> = (0..size).map(|channel| ratio(chain.converted[channel], leaving(channel))).collect();
    let reach: Vec<f64> =
        fundamental.iter().map(|row| row.iter().zip(&exits).map(|(visits, exit)| visits * exit).sum()).collect();
    let starts: Vec<f64> = chain.starts.iter().map(|count| ratio(*count, begun)).collect();
    let total: f64 = starts.iter().zip(&reach).map(|(start, reach)| start * reach).sum();
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let effect = |channel: usize| {
        let visits: f64 = starts.iter().zip(&fundamental).map(|(start, row)| start * row[channel]).sum();
        (visits / fundamental[channel][channel] * reach[channel] / total).clamp(0.0, 1.0)
    };
    Some((0..size).map(effect).collect())
}

/// I - Q; `None` where the counts do not fit together. A channel that no path leaves is never visited.
fn transient(chain: &Chain) -> Option<Vec<Vec<f64>>> {
    let size = chain.starts.len();
    let fits = chain.moves.len() == size && chain.converted.len() == size && chain.ended.len() == size;
    if !fits || chain.moves.iter().any(|row| row.len() != size) {
        return None;
    }
    let row = |from: usize| {
        let leaving: u64 = chain.moves[from].iter().sum::<u64>() + chain.converted[from] + chain.ended[from];
        let entry = |to: usize| f64::from(u8::from(from == to)) - ratio(chain.moves[from][to], leaving);
        (0..size).map(entry).collect()
    };
    Some((0..size).map(row).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Inverts a matrix by Gauss-Jordan elimination with partial pivoting; `None` of a singular one.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let mut result: Vec<Vec<f64>> =
        (0..size).map(|row| (0..size).map(|column| f64::from(u8::from(row == column))).collect()).collect();
    for column in 0..size {
        let larger = |left: &usize, right: &usize| matrix[*left][column].abs().total_cmp(&matrix[*right][column].abs());
        let pivot = (column..size).max_by(larger)?;
        matrix.swap(column, pivot);
        result.swap(column, pivot);
        let divisor = matrix[column][column];
        if divisor.abs() < 1e-14 {
            return None;
        }
        matrix[column].iter_mut().chain(&mut result[column]).for_each(|value| *value /= divisor);
        let (pivot_row, pivot_result) = (matrix[column].clone(), result[column].clone());
        for row in (0..size).filter(|row| *row != column) {
            let factor = matrix[row][column];
            if factor != 0.0 {
                subtract(&mut matrix[row], &pivot_row, factor);
                subtract(&mut result[row], &pivot_result, factor);
            }
        }
    }
    Some(result)
}

fn subtract(row: &mut [f64], other: &[f64], factor: f64) {
    for (value, other) in row.iter_mut().zip(other) {
        *value -= factor * other;
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, position, removal_effects, time_decay};
    use proptest::prelude::*;

    /// Counts paths of channels (from 0), each with whether it converts.
    fn chain(size: usize, paths: &[(Vec<usize>, bool)]) -> Chain {
        let mut chain = Chain {
            starts: vec![0; size],
            moves: vec![vec![0; size]; size],
            converted: vec![0; size],
            ended: vec![0; size],
        };
        for (path, converts) in paths {
            let (Some(first), Some(last)) = (path.first(), path.last()) else { continue };
            chain.starts[*first] += 1;
            path.windows(2).for_each(|pair| chain.moves[pair[0]][pair[1]] += 1);
            if *converts { chain.converted[*last] += 1 } else { chain.ended[*last] += 1 }
        }
        chain
    }

    fn close(actual: &[f64], expected: &[f64]) {
        assert_eq!(actual.len(), expected.len());
        for (actual, expected) in actual.iter().zip(expected) {
            assert!((actual - expected).abs() < 1e-12, "{actual} {expected}");
        }
    }

    /// The textbook example: C1 > C2 > C3 converts, C1 and C2 > C3 do not. One third converts; without C1 one sixth
    /// (a third begins with C2, half of C3 converts), without C2 or C3 nobody.
    #[test]
    fn the_textbook_example() {
        let paths = [(vec![0, 1, 2], true), (vec![0], false), (vec![1, 2], false)];
        close(&removal_effects(&chain(3, &paths)).unwrap(), &[0.5, 1.0, 1.0]);
    }

    #[test]
    fn without_conversions_there_is_nothing_to_remove() {
        assert_eq!(removal_effects(&chain(1, &[(vec![0], false)])), None);
        assert_eq!(removal_effects(&Chain::default()), None);
    }

    #[test]
    fn weights_of_positions_and_ages() {
        close(&position(1), &[1.0]);
        close(&position(2), &[0.5, 0.5]);
        close(&position(3), &[0.4, 0.2, 0.4]);
        close(&position(4), &[0.4, 0.1, 0.1, 0.4]);
        assert!(position(0).is_empty());
        close(&time_decay(&[14, 7, 0], 7), &[0.25, 0.5, 1.0]);
        // The common factor is left out: a lone touch weighs 1, however old it is.
        close(&time_decay(&[1_000_000], 1), &[1.0]);
    }

    /// The same by definition: h solved anew without the channel, by repeated substitution.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    fn by_definition(chain: &Chain, without: Option<usize>) -> f64 {
        let size = chain.starts.len();
        let mut reach = vec![0.0_f64; size];
        for _ in 0..20_000 {
            for from in 0..size {
                let leaving =
                    (chain.moves[from].iter().sum::<u64>() + chain.converted[from] + chain.ended[from]).max(1) as f64;
                let onward: f64 = (0..size).map(|to| chain.moves[from][to] as f64 * reach[to]).sum();
                reach[from] =
                    if Some(from) == without { 0.0 } else { (onward + chain.converted[from] as f64) / leaving };
            }
        }
        let begun = chain.starts.iter().sum::<u64>().max(1) as f64;
        (0..size).map(|channel| chain.starts[channel] as f64 / begun * reach[channel]).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn effects_are_those_of_the_definition(
            paths in prop::collection::vec((prop::collection::vec(0_usize..4, 1..6), any::<bool>()), 1..12),
        ) {
            let chain = chain(4, &paths);
            let whole = by_definition(&chain, None);
            match removal_effects(&chain) {
                None => prop_assert!(whole == 0.0),
                Some(effects) => {
                    for (channel, effect) in effects.iter().enumerate() {
                        let expected = 1.0 - by_definition(&chain, Some(channel)) / whole;
                        prop_assert!((effect - expected).abs() < 1e-9, "{} {} {}", channel, effect, expected);
                    }
                }
            }
        }

        /// Repeats of a channel in a row change nothing in a Markov chain.
        #[test]
        fn repeats_do_not_matter(
            paths in prop::collection::vec((prop::collection::vec(0_usize..3, 1..6), any::<bool>()), 1..12),
        ) {
            let collapsed: Vec<(Vec<usize>, bool)> = paths.iter().map(|(path, converts)| {
                let mut path = path.clone();
                path.dedup();
                (path, *converts)
            }).collect();
            let (one, other) = (removal_effects(&chain(3, &paths)), removal_effects(&chain(3, &collapsed)));
            prop_assert_eq!(one.is_some(), other.is_some());
            for (one, other) in one.into_iter().flatten().zip(other.into_iter().flatten()) {
                prop_assert!((one - other).abs() < 1e-9);
            }
        }
    }
}
