//! Attempts under every rule, by trying every choice of events: slow, plain, and independent of the engine.

/// What holds for one step.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    pub optional: bool,
    pub within: Option<i64>,
    pub directly: bool,
}

/// The rules of one funnel.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub steps: Vec<Limits>,
    pub any_order: bool,
    pub strict_ties: bool,
    pub window: Option<i64>,
    pub grace: i64,
    /// Positions of steps: after the first, before the second.
    pub exclusions: Vec<(usize, usize)>,
    pub drop: bool,
    pub entries: (i64, i64),
}

/// A unit: times and fitting steps of its events (no step is an event too), and the excluded times per exclusion.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    pub events: Vec<(i64, u32)>,
    pub excluded: Vec<Vec<i64>>,
}

/// What counts for a unit: the time of each step (in any order: of the k-th step done), and until when it may go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub times: Vec<Option<i64>>,
    pub depth: usize,
    /// Only of units that did not convert.
    pub over: Option<i64>,
}

/// Steps taken, in the order in which they were done, with their times.
type Chain = Vec<(usize, i64)>;

pub struct Naive<'a> {
    pub rules: &'a Rules,
    pub unit: &'a Unit,
    chains: Vec<Chain>,
}

impl<'a> Naive<'a> {
    pub fn new(rules: &'a Rules, unit: &'a Unit) -> Self {
        Self { rules, unit, chains: Vec::new() }
    }

    fn required(&self) -> usize {
        self.rules.steps.iter().filter(|step| !step.optional).count()
    }

    fn depth(&self, chain: &Chain) -> usize {
        chain.iter().filter(|(step, _)| !self.rules.steps[*step].optional).count()
    }

    fn window_end(&self, entry: i64) -> i64 {
        self.rules.window.map_or(i64::MAX, |window| entry + window)
    }

    /// Order, window and the limits between steps.
    fn is_possible(&self, chain: &Chain) -> bool {
        let entry = chain[0].1;
        let in_window = chain.iter().all(|(_, time)| *time <= self.window_end(entry));
        let entered = (self.rules.entries.0..=self.rules.entries.1).contains(&entry);
        entered && in_window && (1..chain.len()).all(|next| self.may_follow(&chain[..next], chain[next]))
    }

    fn may_follow(&self, before: &[(usize, i64)], (step, time): (usize, i64)) -> bool {
        let limits = self.rules.steps[step];
        let last = before[before.len() - 1].1;
        let required = before.iter().rev().find(|(step, _)| !self.rules.steps[*step].optional).expect("an entry").1;
        let ordered = if self.rules.strict_ties { time > last } else { time >= last - self.rules.grace };
        let between = self.unit.events.iter().any(|(other, _)| last < *other && *other < time);
        ordered
            && (self.rules.any_order
                || (limits.within.is_none_or(|within| time - required <= within) && !(limits.directly && between)))
    }

    /// Whether an excluded event stands after the exclusion's first step and before its last, or the last one done.
    fn is_ended(&self, chain: &Chain) -> bool {
        self.rules.exclusions.iter().zip(&self.unit.excluded).any(|((from, to), times)| {
            let done = |step: usize| chain.iter().find(|(other, _)| *other == step).map(|(_, time)| *time);
            let (start, end) = if self.rules.any_order {
                (Some(chain[0].1), chain.last().map(|last| last.1))
            } else {
                (done(*from), chain.iter().filter(|(step, _)| step <= to).map(|(_, time)| *time).max())
            };
            start.zip(end).is_some_and(|(start, end)| times.iter().any(|time| start < *time && *time < end))
        })
    }

    /// The excluded event after which nothing of an entry goes on: some way from it has reached the exclusion's first
    /// step before, and none its last.
    fn entry_end(&self, entry: i64) -> Option<i64> {
        if self.rules.any_order {
            return None;
        }
        let ways = || self.chains.iter().filter(|chain| chain[0].1 == entry && !self.is_ended(chain));
        let first = |from: usize| ways().flatten().filter(|(step, _)| *step >= from).map(|(_, time)| *time).min();
        let ends = self.rules.exclusions.iter().zip(&self.unit.excluded).filter(|((from, _), _)| *from > 0);
        let ends = ends.filter_map(|((from, to), times)| {
            let start = first(*from)?;
            let end = times.iter().copied().filter(|time| *time > start).min()?;
            first(*to).is_none_or(|last| end < last).then_some(end)
        });
        ends.min()
    }

    fn goes_on_too_long(&self, chain: &Chain) -> bool {
        self.entry_end(chain[0].1).is_some_and(|end| chain[chain.len() - 1].1 > end)
    }

    /// The first excluded event that ends the attempt where it stands now.
    fn exclusion_ahead(&self, chain: &Chain) -> Option<i64> {
        let (last, now) = chain[chain.len() - 1];
        let ahead = self.rules.exclusions.iter().zip(&self.unit.excluded).filter_map(|((from, to), times)| {
            let active = self.rules.any_order || (*from <= last && last < *to);
            let start = if self.rules.any_order { chain[0].1 } else { chain.iter().find(|(step, _)| step == from)?.1 };
            times.iter().copied().filter(|time| active && *time > start && *time >= now).min()
        });
        ahead.min()
    }

    fn extend(&mut self, used: u64, chain: &mut Chain) {
        if !chain.is_empty() {
            if !self.is_possible(chain) {
                return;
            }
            self.chains.push(chain.clone());
        }
        let steps = self.rules.steps.len();
        let after = chain.last().map_or(0, |(step, _)| step + 1);
        for step in if self.rules.any_order { 0..steps } else { after..steps } {
            if self.rules.any_order && chain.iter().any(|(other, _)| *other == step) {
                continue;
            }
            for (position, (time, mask)) in self.unit.events.iter().enumerate() {
                if used >> position & 1 == 0 && mask >> step & 1 == 1 {
                    chain.push((step, *time));
                    self.extend(used | 1 << position, chain);
                    chain.pop();
                }
            }
            if !self.rules.any_order && !self.rules.steps[step].optional {
                break;
            }
        }
    }

    /// A chain whose attempt counts although the excluded events of its unit drop it.
    fn is_clean(&self, chain: &Chain) -> bool {
        let deepest = self.chains.iter().filter(|other| other[0].1 == chain[0].1).map(|other| self.depth(other)).max();
        let ahead = self.exclusion_ahead(chain).is_some_and(|time| time <= self.window_end(chain[0].1));
        deepest == Some(self.depth(chain)) && (self.depth(chain) == self.required() || !ahead)
    }

    fn by_step(&self, chain: &Chain) -> Vec<Option<i64>> {
        let mut times = vec![None; self.rules.steps.len()];
        for (rank, (step, time)) in chain.iter().enumerate() {
            times[if self.rules.any_order { rank } else { *step }] = Some(*time);
        }
        times
    }

    /// As shown: a step that is earlier than the one before, by the grace, took no time.
    fn laid_out(&self, chain: &Chain) -> Vec<Option<i64>> {
        let mut latest = i64::MIN;
        let mut later = |time: i64| {
            latest = latest.max(time);
            latest
        };
        self.by_step(chain).into_iter().map(|time| time.map(&mut later)).collect()
    }

    fn over(&self, chain: &Chain) -> i64 {
        let (last, now) = chain[chain.len() - 1];
        let mut over = self.window_end(chain[0].1);
        over = over.min(self.exclusion_ahead(chain).unwrap_or(i64::MAX));
        over = over.min(self.entry_end(chain[0].1).unwrap_or(i64::MAX));
        if self.rules.any_order {
            return over;
        }
        let next = (last + 1..self.rules.steps.len()).find(|step| !self.rules.steps[*step].optional);
        let Some(next) = next else { return i64::MIN };
        let required = chain.iter().rev().find(|(step, _)| !self.rules.steps[*step].optional).expect("an entry").1;
        over = over.min(self.rules.steps[next].within.map_or(i64::MAX, |within| required + within));
        let later = self.unit.events.iter().map(|(time, _)| *time).filter(|time| *time > now).min();
        if self.rules.steps[next].directly { over.min(later.unwrap_or(i64::MAX)) } else { over }
    }

    pub fn answer(&mut self) -> Answer {
        self.extend(0, &mut Vec::new());
        let holds = |chain: &&Chain| !self.is_ended(chain) && !self.goes_on_too_long(chain);
        let counting = |chain: &&Chain| holds(chain) && (!self.rules.drop || self.is_clean(chain));
        let key = |chain: &Chain| {
            let optional = chain.len() - self.depth(chain);
            let last = chain[chain.len() - 1].1;
            let early = self.by_step(chain).into_iter().map(|time| std::cmp::Reverse(time.unwrap_or(i64::MAX)));
            (self.depth(chain), optional, std::cmp::Reverse(last), chain[0].1, early.collect::<Vec<_>>())
        };
        let Some(best) = self.chains.iter().filter(counting).max_by_key(|chain| key(chain)) else {
            return Answer { times: vec![None; self.rules.steps.len()], depth: 0, over: None };
        };
        let depth = self.depth(best);
        let open = self.chains.iter().filter(holds).map(|chain| self.over(chain)).max();
        Answer { times: self.laid_out(best), depth, over: open.filter(|_| depth < self.required()) }
    }
}
