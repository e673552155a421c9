//! The measurements over the curves of theory, as SVG.

use crate::{row::Row, statistics::detection, LabError};
use plotters::prelude::*;
use std::collections::BTreeSet;

const SIZE: (u32, u32) = (860, 560);
const FONT: &str = "sans-serif";
/// Colours that people with any kind of sight tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
/// Samples that a plot can tell apart.
pub const MOST_SAMPLES: usize = COLOURS.len();

/// Draws the probability that one audit finds the damage over the share of chunk indices that are
/// damaged: a curve for each sample, a mark with its interval for each row.
///
/// The horizontal axis is what was hit, not what was asked for: theory depends on it alone, whatever the
/// damage mode and the number of fragments are.
///
/// # Errors
/// [`LabError::Plot`].
pub fn svg(rows: &[Row]) -> Result<String, LabError> {
    let mut text = String::new();
    draw(rows, SVGBackend::with_string(&mut text, SIZE))
        .map_err(|e| LabError::Plot(e.to_string().into()))?;
    Ok(text)
}

fn draw<'a>(
    rows: &[Row],
    backend: SVGBackend<'a>,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>> {
    let root = backend.into_drawing_area();
    root.fill(&WHITE)?;
    let chunks = rows.iter().map(|row| row.chunks).max().unwrap_or(1);
    let most = rows
        .iter()
        .map(|row| row.indices_damaged)
        .max()
        .unwrap_or(0);
    // A quarter more than the farthest point, and a few chunks at least.
    let shown = (most + most / 4).max(5).min(chunks);
    let places = rows.iter().map(|row| row.places).max().unwrap_or(1);
    let share = |damaged: u32| f64::from(damaged) / f64::from(chunks);
    let mut chart = ChartBuilder::on(&root)
        .caption(
            "Damage that one audit finds: measured, and by theory",
            (FONT, 18),
        )
        .margin(14)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..share(shown), 0.0..1.0)?;
    chart
        .configure_mesh()
        .x_desc(format!(
            "share of the {chunks} chunk indices that are damaged in at least one fragment"
        ))
        .y_desc("probability of detection")
        .x_label_formatter(&|x| format!("{:.1}%", x * 100.0))
        .y_label_formatter(&|y| format!("{:.0}%", y * 100.0))
        .label_style((FONT, 13))
        .max_light_lines(0)
        .draw()?;

    let samples: BTreeSet<u32> = rows.iter().map(|row| row.sample).collect();
    for (sample, colour) in samples.iter().zip(COLOURS.iter().cycle()) {
        let curve = (0..=shown).map(|damaged| {
            (
                share(damaged),
                detection(chunks * places, damaged * places, *sample),
            )
        });
        chart
            .draw_series(LineSeries::new(curve, colour.stroke_width(1)))?
            .label(format!("theory, sample of {sample}"))
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], *colour));
        let cap = share(shown) * 0.006;
        for row in rows.iter().filter(|row| row.sample == *sample) {
            let x = share(row.indices_damaged);
            let (low, high) = (row.rate_low, row.rate_high);
            let bars = [
                [(x, low), (x, high)],
                [(x - cap, low), (x + cap, low)],
                [(x - cap, high), (x + cap, high)],
            ];
            chart.draw_series(bars.map(|bar| PathElement::new(bar, colour.stroke_width(1))))?;
        }
    }
    let mut schemes: Vec<_> = rows.iter().map(|row| row.scheme).collect();
    schemes.dedup();
    for (number, scheme) in schemes.into_iter().enumerate() {
        let points = rows.iter().filter(|row| row.scheme == scheme);
        let points = points.map(|row| {
            let sample = samples.iter().position(|sample| *sample == row.sample);
            let colour = COLOURS[sample.unwrap_or(0) % COLOURS.len()];
            ((share(row.indices_damaged), row.rate), colour)
        });
        let label = format!("measured, {scheme}, with its 95 % interval");
        // A disc, or a cross that shows the disc below it.
        if number == 0 {
            let discs = points.map(|(at, colour)| Circle::new(at, 4, colour.filled()));
            let series = chart.draw_series(discs)?.label(label);
            series.legend(|(x, y)| Circle::new((x + 9, y), 4, BLACK.filled()));
        } else {
            let crosses = points.map(|(at, colour)| Cross::new(at, 7, colour.stroke_width(2)));
            let series = chart.draw_series(crosses)?.label(label);
            series.legend(|(x, y)| Cross::new((x + 9, y), 7, BLACK.stroke_width(2)));
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font((FONT, 13))
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::trial;

    fn rows() -> Vec<Row> {
        [(0.0, 0), (12.5, 430), (25.0, 705)]
            .map(|(percent, detected)| Row::of(&trial(percent, detected), None))
            .to_vec()
    }

    /// Names of elements in the order in which they open; panics unless every one is closed in turn.
    fn elements(svg: &str) -> Vec<&str> {
        let (mut open, mut seen) = (Vec::new(), Vec::new());
        let mut parts = svg.split('<');
        assert_eq!(parts.next(), Some(""), "text before the first element");
        for part in parts {
            let (tag, text) = part.split_once('>').expect("a tag ends");
            assert!(!text.contains('>'), "{part}");
            assert_eq!(tag.matches('"').count() % 2, 0, "{part}");
            if tag.starts_with(['!', '?']) {
                continue;
            }
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name));
                continue;
            }
            let name = tag.split([' ', '/', '\n']).next().unwrap();
            seen.push(name);
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "not closed: {open:?}");
        seen
    }

    #[test]
    fn a_plot_is_one_well_formed_svg_with_a_mark_for_each_row() {
        let svg = svg(&rows()).unwrap();
        let elements = elements(&svg);
        assert_eq!(elements[0], "svg");
        let discs = elements.iter().filter(|name| **name == "circle").count();
        assert_eq!(discs, 3 + 1, "one for each row, one in the legend");
        for text in [
            "theory, sample of 4",
            "measured, rsa",
            "probability of detection",
        ] {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn no_rows_and_rows_at_the_ends_can_be_drawn() {
        elements(&svg(&[]).unwrap());
        elements(&svg(&[Row::of(&trial(100.0, 1000), None)]).unwrap());
    }

    #[test]
    fn another_scheme_has_another_mark() {
        let mut rows = rows();
        let other = rows.clone().into_iter().map(|row| Row {
            scheme: "bls12381",
            ..row
        });
        rows.extend(other.collect::<Vec<_>>());
        let svg = svg(&rows).unwrap();
        let discs = elements(&svg)
            .iter()
            .filter(|name| **name == "circle")
            .count();
        assert_eq!(discs, 3 + 1, "crosses are no discs");
        assert!(svg.contains("measured, bls12381"));
    }
}
