//! How much memory a run may take for events: what is asked for, else most of what is free.

use std::fs;

/// Taken by everything but the events: buffers of reading, counts, the program.
const REST: u64 = 96 << 20;

/// Returns the bytes that waiting events may take; `None` where nothing limits them that is known.
///
/// Of the memory that is left beside the rest, a quarter serves sorting and counts.
#[must_use]
pub fn for_events(limit: Option<u64>) -> Option<u64> {
    let limit = limit.or_else(free)?;
    Some(limit.saturating_sub(REST).max(limit / 4) / 4 * 3)
}

/// Four fifths of what the system says is free for this process; `None` where it says nothing.
fn free() -> Option<u64> {
    let available = available(&fs::read_to_string("/proc/meminfo").ok()?)?;
    let number = |path: &str| fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let group = number("/sys/fs/cgroup/memory.max")
        .map(|most| most.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    Some(group.map_or(available, |group| group.min(available)) / 5 * 4)
}

/// The line `MemAvailable` of `/proc/meminfo`, in bytes.
fn available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::{available, for_events};

    #[test]
    fn a_limit_leaves_room_for_the_rest() {
        assert_eq!(for_events(Some(1 << 30)), Some(((1 << 30) - (96 << 20)) / 4 * 3));
        assert_eq!(for_events(Some(64 << 20)), Some((16 << 20) / 4 * 3));
    }

    #[test]
    fn the_line_of_the_system() {
        assert_eq!(available("MemTotal:  100 kB\nMemAvailable:   2048 kB\n"), Some(2 << 20));
        assert_eq!(available("MemTotal:  100 kB\n"), None);
    }
}
