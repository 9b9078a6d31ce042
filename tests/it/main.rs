//! The one integration test binary: the built program in a pinned world, against expected values from elsewhere.
//!
//! Expected values come from reasoning written beside them, from naive loops, or from published references; never
//! from the program's own output. One binary, because every further one links the whole engine again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says loudly what it skips"
)]
#![allow(clippy::format_push_string, clippy::format_collect, reason = "messages of failing tests may allocate")]

mod attempts;
mod attempts_binary;
mod attempts_naive;
mod bad_inputs;
mod bad_inputs_verdict;
mod cases;
mod check;
mod churn;
mod cli;
mod cli_output;
mod cohort;
mod cohort_cases;
mod cohort_naive;
mod convert;
mod cost;
mod cron;
mod cron_year;
mod deals;
mod event_leads;
mod examples;
mod explain;
mod formats;
mod funnel_cases;
mod funnel_cases_config;
mod init;
mod lifecycle;
mod locale;
mod maven;
mod memory;
mod metamorphic;
mod min_cell;
mod office;
mod olist;
mod pages;
mod paths;
mod presets;
mod reference;
mod reference_binary;
mod reference_naive;
mod row_groups;
mod separators;
mod summary;
mod traps;
mod value;
mod walls;
mod workbooks;
mod workbooks_damaged;
mod world;
