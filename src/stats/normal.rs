//! The quantile of the normal distribution.

/// Returns z such that a standard normal lies within ±z with this probability: 1.96 for 0.95.
///
/// `None` unless `confidence` is between 0 and 1, both excluded.
#[must_use]
pub fn two_sided(confidence: f64) -> Option<f64> {
    // Taken from the lower tail, where a small probability keeps its digits.
    quantile((1.0 - confidence) / 2.0).filter(|_| confidence > 0.0 && confidence < 1.0).map(|z| -z)
}

/// Returns the standard normal quantile of a probability between 0 and 1, both excluded.
///
/// Wichura (1988), Applied Statistics 37:477, algorithm AS 241 (PPND16): relative error about 1e-16.
#[must_use]
pub fn quantile(probability: f64) -> Option<f64> {
    if !(probability > 0.0 && probability < 1.0) {
        return None;
    }
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return Some(centred * ratio(r, &CENTRE));
    }
    let tail = if centred < 0.0 { probability } else { 1.0 - probability };
    let r = (-tail.ln()).sqrt();
    let size = if r <= 5.0 { ratio(r - 1.6, &NEAR_TAIL) } else { ratio(r - 5.0, &FAR_TAIL) };
    Some(if centred < 0.0 { -size } else { size })
}

/// Coefficients of a numerator and a denominator, from the highest power down.
type Rational = [[f64; 8]; 2];

fn ratio(x: f64, coefficients: &Rational) -> f64 {
    let [above, below] = coefficients.map(|list| list.into_iter().fold(0.0, |sum, one| sum * x + one));
    above / below
}

/// Within 0.425 of a half.
const CENTRE: Rational = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

/// Tails down to about 1e-11.
const NEAR_TAIL: Rational = [
    [
        0.000_774_545_014_278_341_4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        0.000_547_593_808_499_534_5,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

/// Beyond.
const FAR_TAIL: Rational = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_7e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        0.000_786_869_131_145_613_3,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::{quantile, two_sided};
    use proptest::prelude::*;

    /// Values of the inverse error function to 16 digits, as printed in tables.
    #[test]
    fn gives_tabled_quantiles() {
        let tabled = [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_081_7),
            (0.9, 1.281_551_565_544_600_5),
            (0.95, 1.644_853_626_951_472_7),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_841),
            (0.995, 2.575_829_303_548_900_4),
            (0.0005, -3.290_526_731_491_895),
            (1e-9, -5.997_807_015_007_686_9),
            (1e-16, -8.222_082_216_130_435),
        ];
        for (probability, expected) in tabled {
            let found = quantile(probability).expect("inside");
            assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
        }
    }

    #[test]
    fn gives_the_usual_limits() {
        for (confidence, expected) in [(0.90, 1.644_853_626_951_472_7), (0.95, 1.959_963_984_540_054)] {
            assert!((two_sided(confidence).expect("inside") - expected).abs() < 1e-12);
        }
        for confidence in [0.0, 1.0, -1.0, 1.5, f64::NAN] {
            assert_eq!(two_sided(confidence), None);
        }
    }

    proptest! {
        #[test]
        fn rises_and_is_odd(probability in 0.000_001_f64..0.499_999) {
            let below = quantile(probability).expect("inside");
            let above = quantile(1.0 - probability).expect("inside");
            prop_assert!(below < 0.0 && (below + above).abs() < 1e-9);
            prop_assert!(quantile(probability + 1e-6).expect("inside") > below);
        }
    }
}
