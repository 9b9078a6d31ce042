//! Cuts the events of a unit into journeys: by pauses, from a start to an end, one node where it is repeated.

use crate::model::time::Micros;

/// A node by its number.
pub type Node = u8;

/// One stay at a node: when it was reached, and whether its event meets the entry filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    pub time: Micros,
    pub node: Node,
    pub may_begin: bool,
}

/// What a journey is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// A pause longer than this ends a journey.
    pub gap: Option<Micros>,
    /// Journeys begin at the first such node; those without are none.
    pub start: Option<Node>,
    /// Journeys end at the first such node; those without are kept whole.
    pub end: Option<Node>,
}

/// A journey, with the time of the last event before the pause.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    /// Not empty; neighbours differ.
    pub stops: &'a [Stop],
    /// The last event of the unit before the pause that ended the journey.
    pub last: Micros,
    /// Whether the end anchor was reached.
    pub ended: bool,
}

/// Calls `found` with every journey of a unit, whose stops come in the order of time; `room` is working memory.
pub fn journeys(stops: &[Stop], rules: Rules, room: &mut Vec<Stop>, found: &mut dyn FnMut(Journey<'_>)) {
    let goes_on = |one: &Stop, other: &Stop| rules.gap.is_none_or(|gap| other.time - one.time <= gap);
    for session in stops.chunk_by(goes_on) {
        let Some(last) = session.last().map(|stop| stop.time) else { continue };
        let start = match rules.start {
            None => 0,
            Some(start) => match session.iter().position(|stop| stop.node == start) {
                Some(position) => position,
                None => continue,
            },
        };
        room.clear();
        room.extend_from_slice(&session[start..]);
        room.dedup_by_key(|stop| stop.node);
        let end = rules.end.and_then(|end| room.iter().position(|stop| stop.node == end));
        if let Some(end) = end {
            room.truncate(end + 1);
        }
        if room.first().is_some_and(|stop| stop.may_begin) {
            found(Journey { stops: room, last, ended: end.is_some() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Rules, Stop, journeys};

    fn stop(time: i64, node: Node) -> Stop {
        Stop { time, node, may_begin: true }
    }

    fn taken(stops: &[Stop], rules: Rules) -> Vec<Vec<Node>> {
        let mut all = Vec::new();
        journeys(stops, rules, &mut Vec::new(), &mut |journey| {
            all.push(journey.stops.iter().map(|stop| stop.node).collect());
        });
        all
    }

    #[test]
    fn a_pause_longer_than_the_gap_ends_a_journey() {
        let stops = [stop(0, 1), stop(10, 2), stop(21, 3)];
        assert_eq!(taken(&stops, Rules { gap: Some(10), ..Rules::default() }), [vec![1, 2], vec![3]]);
        assert_eq!(taken(&stops, Rules::default()), [vec![1, 2, 3]]);
    }

    #[test]
    fn repeats_are_one_stop_and_loops_stay() {
        let stops = [stop(0, 1), stop(1, 1), stop(2, 2), stop(3, 1), stop(4, 1)];
        assert_eq!(taken(&stops, Rules::default()), [vec![1, 2, 1]]);
        // A repeat keeps the pause short, and the stop its first time.
        let rules = Rules { gap: Some(1), ..Rules::default() };
        assert_eq!(taken(&stops, rules), [vec![1, 2, 1]]);
    }

    #[test]
    fn anchors_cut_both_ends() {
        let stops = [stop(0, 5), stop(1, 1), stop(2, 2), stop(3, 1), stop(4, 9), stop(5, 2)];
        let rules = Rules { start: Some(1), end: Some(9), ..Rules::default() };
        assert_eq!(taken(&stops, rules), [vec![1, 2, 1, 9]]);
        assert_eq!(taken(&stops, Rules { start: Some(7), ..rules }), Vec::<Vec<Node>>::new());
        assert_eq!(taken(&stops[..3], rules), [vec![1, 2]]);
    }

    #[test]
    fn a_journey_begins_where_it_may() {
        let mut stops = [stop(0, 1), stop(1, 2)];
        stops[0].may_begin = false;
        assert_eq!(taken(&stops, Rules::default()), Vec::<Vec<Node>>::new());
        assert_eq!(taken(&stops, Rules { start: Some(2), ..Rules::default() }), [vec![2]]);
    }
}
