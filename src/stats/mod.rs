//! Numbers in, numbers out: intervals, quantiles, survival. Knows nothing of funnels and imports no other room.
//!
//! Every result is finite; what cannot be computed is `None`, never NaN or a guess.

pub mod attribution;
pub mod bg_nbd;
pub mod binomial;
pub mod chi_square;
pub mod control;
pub mod difference;
pub mod fisher;
pub mod gamma_gamma;
pub mod incidence;
pub mod logrank;
pub mod multiplicity;
pub mod nelder_mead;
pub mod normal;
pub mod proportion;
pub mod quantile;
pub mod ratio;
pub mod shifted_beta_geometric;
pub mod survival;

/// A confidence interval, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}
