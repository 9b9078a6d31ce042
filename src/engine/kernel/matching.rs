//! Which steps can be done by the events of one moment, each event used once: bipartite matching (Kuhn's algorithm).

use super::Event;

const FREE: usize = usize::MAX;

/// Steps matched with events of one tie group.
#[derive(Debug, Default)]
pub struct Matching {
    /// For each event of the group, the step it is used for.
    step_of_event: Vec<usize>,
    /// For each step, its event, or free.
    event_of_step: Vec<usize>,
    seen: Vec<bool>,
}

impl Matching {
    pub fn begin(&mut self, group: usize, steps: usize) {
        self.step_of_event.clear();
        self.step_of_event.resize(group, FREE);
        self.event_of_step.clear();
        self.event_of_step.resize(steps, FREE);
    }

    /// Adds a step, moving others where needed; returns whether an event was found for it.
    pub fn add(&mut self, group: &[Event], step: usize) -> bool {
        self.seen.clear();
        self.seen.resize(group.len(), false);
        self.augment(group, step)
    }

    fn augment(&mut self, group: &[Event], step: usize) -> bool {
        for (position, event) in group.iter().enumerate() {
            if event.mask >> step & 1 == 0 || self.seen[position] {
                continue;
            }
            self.seen[position] = true;
            let holder = self.step_of_event[position];
            if holder == FREE || self.augment(group, holder) {
                self.step_of_event[position] = step;
                self.event_of_step[step] = position;
                return true;
            }
        }
        false
    }

    pub fn remove(&mut self, step: usize) {
        let position = self.event_of_step[step];
        if position != FREE {
            self.step_of_event[position] = FREE;
            self.event_of_step[step] = FREE;
        }
    }

    /// Returns the event (position in the group) used for a step.
    pub fn event(&self, step: usize) -> Option<usize> {
        Some(self.event_of_step[step]).filter(|position| *position != FREE)
    }
}
