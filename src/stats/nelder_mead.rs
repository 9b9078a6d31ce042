//! The simplex method of Nelder and Mead (1965): the lowest point of a smooth function without its derivatives.

/// A point and the value there.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowest {
    pub point: Vec<f64>,
    pub value: f64,
}

/// Enough for a few parameters; a search that needs more has gone astray.
const MOST_STEPS: usize = 2_000;
/// A simplex whose values differ by less is at rest.
const AT_REST: f64 = 1e-13;
const FIRST_STEP: f64 = 0.5;

/// Searches from several starts, each restarted once from where it came to rest (a simplex may collapse early).
///
/// Values that are not finite count as high. `None` without starts, or where no finite value is found.
#[must_use]
pub fn lowest(function: &dyn Fn(&[f64]) -> f64, starts: &[Vec<f64>]) -> Option<Lowest> {
    let finite = |point: &[f64]| Some(function(point)).filter(|value| value.is_finite()).unwrap_or(f64::MAX);
    let found = starts.iter().map(|start| {
        let first = search(&finite, start);
        search(&finite, &first.point)
    });
    found.min_by(|one, other| one.value.total_cmp(&other.value)).filter(|lowest| lowest.value < f64::MAX)
}

fn search(function: &dyn Fn(&[f64]) -> f64, start: &[f64]) -> Lowest {
    let at = |point: Vec<f64>| Lowest { value: function(&point), point };
    let mut simplex = vec![at(start.to_vec())];
    for axis in 0..start.len() {
        let mut corner = start.to_vec();
        corner[axis] += FIRST_STEP;
        simplex.push(at(corner));
    }
    for _ in 0..MOST_STEPS {
        simplex.sort_by(|one, other| one.value.total_cmp(&other.value));
        let (best, worst) = (simplex[0].value, simplex[simplex.len() - 1].value);
        if (worst - best).abs() <= AT_REST * (1.0 + best.abs()) && is_small(&simplex) {
            break;
        }
        step(&at, &mut simplex);
    }
    simplex.sort_by(|one, other| one.value.total_cmp(&other.value));
    simplex.swap_remove(0)
}

/// Whether all corners are next to each other; a flat function alone is no reason to stop.
fn is_small(simplex: &[Lowest]) -> bool {
    let near =
        |corner: &Lowest| corner.point.iter().zip(&simplex[0].point).all(|(one, other)| (one - other).abs() < 1e-7);
    simplex.iter().all(near)
}

/// Reflects the worst corner, and expands, contracts or shrinks by what is found there. Corners are sorted.
fn step(at: &dyn Fn(Vec<f64>) -> Lowest, simplex: &mut [Lowest]) {
    let last = simplex.len() - 1;
    let centre = centre(&simplex[..last]);
    let worst = simplex[last].point.clone();
    let along = |factor: f64| -> Vec<f64> {
        centre.iter().zip(&worst).map(|(centre, worst)| centre + factor * (centre - worst)).collect()
    };
    let reflected = at(along(1.0));
    if reflected.value < simplex[0].value {
        let expanded = at(along(2.0));
        simplex[last] = if expanded.value < reflected.value { expanded } else { reflected };
        return;
    }
    if last > 0 && reflected.value < simplex[last - 1].value {
        simplex[last] = reflected;
        return;
    }
    let (factor, bound) =
        if reflected.value < simplex[last].value { (0.5, reflected.value) } else { (-0.5, simplex[last].value) };
    let contracted = at(along(factor));
    if contracted.value < bound {
        simplex[last] = contracted;
        return;
    }
    let best = simplex[0].point.clone();
    for corner in &mut simplex[1..] {
        let middle = corner.point.iter().zip(&best).map(|(one, best)| f64::midpoint(*one, *best)).collect();
        *corner = at(middle);
    }
}

fn centre(corners: &[Lowest]) -> Vec<f64> {
    let axes = corners.first().map_or(0, |corner| corner.point.len());
    #[expect(clippy::cast_precision_loss, reason = "a simplex has few corners")]
    let count = corners.len() as f64;
    (0..axes).map(|axis| corners.iter().map(|corner| corner.point[axis]).sum::<f64>() / count).collect()
}

#[cfg(test)]
mod tests {
    use super::lowest;

    /// Rosenbrock's valley has its lowest point, 0, at (1, 1).
    #[test]
    fn finds_the_end_of_a_bent_valley() {
        let valley = |point: &[f64]| (1.0 - point[0]).powi(2) + 100.0 * (point[1] - point[0] * point[0]).powi(2);
        let found = lowest(&valley, &[vec![-1.2, 1.0]]).unwrap();
        assert!(found.point.iter().all(|axis| (axis - 1.0).abs() < 1e-5), "{found:?}");
    }

    #[test]
    fn takes_the_best_of_several_starts() {
        // Two wells; the deeper one, -2, is at 3.
        let wells = |point: &[f64]| -(-(point[0] + 3.0).powi(2)).exp() - 2.0 * (-(point[0] - 3.0).powi(2)).exp();
        let found = lowest(&wells, &[vec![-3.2], vec![2.5]]).unwrap();
        assert!((found.point[0] - 3.0).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn values_that_are_not_finite_are_left_alone() {
        let halved = |point: &[f64]| if point[0] < 1.0 { f64::NAN } else { point[0] };
        assert!((lowest(&halved, &[vec![4.0]]).unwrap().point[0] - 1.0).abs() < 1e-4);
        assert_eq!(lowest(&|_| f64::INFINITY, &[vec![0.0]]), None);
        assert_eq!(lowest(&|point| point[0], &[]), None);
    }
}
