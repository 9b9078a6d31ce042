//! Tells the allocator to keep the memory that it was given back.
//!
//! By default glibc returns freed memory to the system at once, and every page that is asked for again is cleared again:
//! one part in twenty of the time of a large log. A run is short, and its peak is what counts.

/// Blocks from this size on are mapped one by one, and go back to the system when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: i32 = 4 << 20;

/// Sets the thresholds of glibc; other allocators are left as they are. To be called before any thread is started.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the one call of C of the program: it takes two numbers and no pointers")]
pub fn keep_memory() {
    // SAFETY: `mallopt` may be called at any time while there is one thread; a value that it refuses changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, i32::MAX);
    }
}

/// Other systems keep what they keep.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn keep_memory() {}
