//! Funnels by plain loops over every attempt that can be made: slow, short, and independent of the engine.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ordered,
    Any,
}

/// Times between which an attempt may begin, both included.
pub type Entries = (i64, i64);

pub const ANY_TIME: Entries = (i64::MIN, i64::MAX);

/// One event of a unit: its time in microseconds and the steps that it fits, step 1 in the lowest bit.
pub type Event = (i64, u32);

/// Tells whether the attempt `one` comes before `other`: deeper, else completed first, else entered latest, else each
/// step reached as early as possible.
fn is_better(one: &[i64], other: &[i64]) -> bool {
    if one.len() != other.len() {
        return one.len() > other.len();
    }
    if one.is_empty() {
        return false;
    }
    let key = |times: &[i64]| (times[times.len() - 1], -times[0]);
    (key(one), one) < (key(other), other)
}

struct Search<'a> {
    events: &'a [Event],
    steps: usize,
    window: Option<i64>,
    order: Order,
    entries: Entries,
    best: Vec<i64>,
}

impl Search<'_> {
    /// Tries every unused event as the next one of the attempt; `used` and `done` are sets of events and steps.
    fn extend(&mut self, used: u64, done: u32, times: &mut Vec<i64>) {
        if is_better(times, &self.best) {
            self.best.clone_from(times);
        }
        if times.len() == self.steps {
            return;
        }
        for (position, &(time, mask)) in self.events.iter().enumerate() {
            let late = times.first().is_some_and(|first| self.window.is_some_and(|window| time - first > window));
            let early = times.last().is_some_and(|last| time < *last);
            let closed = times.is_empty() && !(self.entries.0..=self.entries.1).contains(&time);
            if used >> position & 1 == 1 || late || early || closed {
                continue;
            }
            for step in 0..self.steps {
                let wanted = match self.order {
                    Order::Ordered => step == times.len(),
                    Order::Any => done >> step & 1 == 0,
                };
                if wanted && mask >> step & 1 == 1 {
                    times.push(time);
                    self.extend(used | 1 << position, done | 1 << step, times);
                    times.pop();
                }
            }
        }
    }
}

/// The rules of one funnel.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub steps: usize,
    pub window: Option<i64>,
    pub order: Order,
    pub entries: Entries,
}

/// The times of the best attempt: the events of one instant in any order, each used once, one window from the first.
pub fn best_attempt(events: &[Event], rules: Rules) -> Vec<i64> {
    let Rules { steps, window, order, entries } = rules;
    let mut search = Search { events, steps, window, order, entries, best: Vec::new() };
    search.extend(0, 0, &mut Vec::new());
    search.best
}

/// The latest time at which the unit could have entered.
pub fn latest_entry(events: &[Event], rules: Rules) -> Option<i64> {
    let entry = match rules.order {
        Order::Ordered => 1,
        Order::Any => (1 << rules.steps) - 1,
    };
    let may_enter = |event: &&Event| event.1 & entry != 0 && (rules.entries.0..=rules.entries.1).contains(&event.0);
    events.iter().filter(may_enter).map(|(time, _)| *time).max()
}

/// Type 7 quantile (linear between order statistics) of unsorted values.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    #[allow(clippy::cast_precision_loss, reason = "few values")]
    let position = share * last as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the number of values")]
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (position - position.floor()) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::{ANY_TIME, Order, Rules, best_attempt, latest_entry, quantile};

    #[test]
    fn the_naive_loops_follow_the_rules() {
        let (a, b, c) = (1, 2, 4);
        let rules = |steps, window, order| Rules { steps, window, order, entries: ANY_TIME };
        let ordered = |events: &[(i64, u32)], window| best_attempt(events, rules(3, window, Order::Ordered));
        assert_eq!(ordered(&[], None), [0_i64; 0]);
        assert_eq!(ordered(&[(1, b), (2, c)], None), [0_i64; 0], "nobody enters without step 1");
        assert_eq!(ordered(&[(1, a), (2, b), (3, c)], None), [1, 2, 3]);
        assert_eq!(ordered(&[(5, c), (5, b), (5, a)], None), [5, 5, 5], "one instant, any order");
        assert_eq!(ordered(&[(0, a), (10, b)], Some(10)), [0, 10], "the bound belongs to the window");
        assert_eq!(ordered(&[(0, a), (11, b)], Some(10)), [0]);
        assert_eq!(ordered(&[(0, a), (6, b), (11, c)], Some(10)), [0, 6], "the window runs from step 1");
        assert_eq!(ordered(&[(0, a), (1, a), (2, a), (3, b)], None), [2, 3], "the latest entry is timed");
        assert_eq!(ordered(&[(0, a), (1, b), (5, a), (6, b)], None), [0, 1], "the first to complete");
        assert_eq!(ordered(&[(0, a), (1, b), (5, a), (9, b), (9, c)], Some(4)), [5, 9, 9], "the deepest");
        assert_eq!(best_attempt(&[(0, 3)], rules(2, None, Order::Ordered)), [0], "an event is used once");
        assert_eq!(
            best_attempt(&[(0, 3), (0, 1)], rules(2, None, Order::Ordered)),
            [0, 0],
            "matched inside the instant"
        );
        let any = |events: &[(i64, u32)], window| best_attempt(events, rules(3, window, Order::Any));
        assert_eq!(any(&[(1, c), (2, b), (4, a)], None), [1, 2, 4]);
        assert_eq!(any(&[(1, c), (1, c)], None), [1], "a step counts once");
        assert_eq!(any(&[(0, a), (40, a), (80, b)], Some(60)), [40, 80], "every start is tried");
        let late = Rules { entries: (5, 9), ..rules(2, None, Order::Ordered) };
        assert_eq!(best_attempt(&[(1, a), (2, b), (6, a), (12, b)], late), [6, 12], "only the entry is bound");
        assert_eq!(latest_entry(&[(1, a), (6, a), (8, b), (12, a)], late), Some(6));
        assert_eq!(quantile(&[3.0, 1.0, 2.0, 4.0], 0.25), Some(1.75));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
