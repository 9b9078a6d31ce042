//! The chi-square distribution's upper tail, also where it underflows.

const MOST_TERMS: u32 = 10_000;

/// A tail probability with its natural logarithm, which stays finite where the probability underflows to 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    pub p: f64,
    pub ln_p: f64,
}

/// P(X >= `x`) of a chi-square variable with `degrees` degrees of freedom (at least 1).
///
/// The regularised incomplete gamma function Q(degrees/2, x/2): its series below the mean, Lentz's continued fraction
/// above (Numerical Recipes, section 6.2). `None` for no degrees of freedom or an `x` that is negative or not finite.
#[must_use]
pub fn upper_tail(x: f64, degrees: u32) -> Option<Tail> {
    if degrees == 0 || !x.is_finite() || x < 0.0 {
        return None;
    }
    let (shape, half) = (f64::from(degrees) / 2.0, x / 2.0);
    if half <= 0.0 {
        return Some(Tail { p: 1.0, ln_p: 0.0 });
    }
    let ln_scale = shape * half.ln() - half - libm::lgamma(shape);
    let ln_p = if half < shape + 1.0 {
        let lower = (ln_scale + series(shape, half).ln()).exp();
        (1.0 - lower).max(f64::MIN_POSITIVE).ln()
    } else {
        ln_scale + fraction(shape, half).ln()
    };
    ln_p.is_finite().then(|| Tail { p: ln_p.exp().min(1.0), ln_p: ln_p.min(0.0) })
}

/// The sum of x^n / (a (a+1) ... (a+n)).
fn series(shape: f64, x: f64) -> f64 {
    let mut term = shape.recip();
    let mut sum = term;
    for n in 1..MOST_TERMS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

/// The continued fraction of the upper incomplete gamma function, without its scale.
fn fraction(shape: f64, x: f64) -> f64 {
    let tiny = f64::MIN_POSITIVE / f64::EPSILON;
    let away_from_zero = |value: f64| if value.abs() < tiny { tiny } else { value };
    let mut denominator = x + 1.0 - shape;
    let mut upper = tiny.recip();
    let mut lower = away_from_zero(denominator).recip();
    let mut value = lower;
    for n in 1..MOST_TERMS {
        let n = f64::from(n);
        let numerator = -n * (n - shape);
        denominator += 2.0;
        lower = away_from_zero(numerator * lower + denominator).recip();
        upper = away_from_zero(denominator + numerator / upper);
        let factor = upper * lower;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::upper_tail;

    /// Critical values as every table prints them.
    #[test]
    fn gives_the_tabulated_tails() {
        for (x, degrees, p) in
            [(3.841_458_8, 1, 0.05), (5.991_464_5, 2, 0.05), (18.307_038, 10, 0.05), (6.634_896_6, 1, 0.01)]
        {
            let tail = upper_tail(x, degrees).expect("defined");
            assert!((tail.p - p).abs() < 1e-7, "{x} {degrees}: {}", tail.p);
        }
    }

    /// With two degrees of freedom the tail is exp(-x/2), however far out.
    #[test]
    fn two_degrees_are_exponential() {
        for x in [0.0_f64, 0.1, 1.0, 3.9, 4.1, 50.0, 3_000.0] {
            let tail = upper_tail(x, 2).expect("defined");
            assert!((tail.ln_p + x / 2.0).abs() < 1e-9 * x.max(1.0), "{x}: {}", tail.ln_p);
        }
    }

    /// Olist by origin: chi-square 140.68626 with 10 degrees has p 3.048e-25.
    #[test]
    fn gives_small_tails() {
        let tail = upper_tail(140.686_26, 10).expect("defined");
        assert!((tail.p / 3.048e-25 - 1.0).abs() < 1e-3, "{}", tail.p);
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert!(upper_tail(1.0, 0).is_none());
        assert!(upper_tail(-1.0, 1).is_none());
        assert!(upper_tail(f64::NAN, 1).is_none());
        assert!(upper_tail(f64::INFINITY, 1).is_none());
    }
}
