//! Sizes of memory.

use super::{Invalid, Parsed};

/// Below this there is no room for the buffers of reading.
const LEAST: u64 = 64 << 20;

/// Parses a size of memory in bytes: `1GiB`, `512MiB` (powers of 1024), `2GB`, `800 MB` (powers of 1000).
///
/// # Errors
/// A number without a unit, another unit, less than 64 MiB.
pub fn memory(text: &str) -> Parsed<u64> {
    let trimmed = text.trim();
    let digits = trimmed.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(Invalid::new("a size of memory with its unit is expected").with_hint("such as 1GiB or 800MB")),
    };
    match scaled(number, factor) {
        Some(bytes) if bytes >= LEAST => Ok(bytes),
        Some(_) => Err(Invalid::new("less than 64MiB is too little to read with")),
        None => Err(Invalid::new("a size of memory with its unit is expected").with_hint("such as 1GiB or 800MB")),
    }
}

/// A decimal number times a whole one, rounded down; at most three decimals.
fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    let thousandths: u64 = match decimals.len() {
        0 if !number.contains('.') => 0,
        1..=3 => format!("{decimals:0<3}").parse().ok()?,
        _ => return None,
    };
    whole.checked_mul(1_000)?.checked_add(thousandths)?.checked_mul(factor).map(|bytes| bytes / 1_000)
}

#[cfg(test)]
mod tests {
    use super::memory;

    #[test]
    fn sizes_with_units() {
        assert_eq!(memory("1GiB").unwrap(), 1_073_741_824);
        assert_eq!(memory("1.5 gib").unwrap(), 1_610_612_736);
        assert_eq!(memory("800MB").unwrap(), 800_000_000);
        assert_eq!(memory("64MiB").unwrap(), 67_108_864);
    }

    #[test]
    fn what_is_no_size() {
        for text in
            ["", "1", "1024", "GiB", "1G", "-1GiB", "1,5GiB", "1.GiB", "63MiB", "1.0001GiB", "99999999999TiB", "0"]
        {
            assert!(memory(text).is_err(), "{text}");
        }
    }
}
