//! `funnel` turns exported event logs and CRM exports into right answers about a sales or conversion funnel.
//!
//! The straight line: command line -> settings -> plan -> engine -> tables -> document -> bytes. Each arrow is one
//! function; [`commands::analysis::run`] is those arrows in order.

pub mod args;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod document;
pub mod engine;
pub mod error;
pub mod input;
pub mod model;
pub mod panics;
pub mod plan;
pub mod render;
pub mod reports;
pub mod signals;
pub mod stats;
pub mod ui;
