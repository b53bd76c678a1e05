//! Draws the figure: memory and open files of each process over time. Lines show the maximum of a few seconds, dots the idle
//! router.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Run;
use crate::sampler::Point;

/// The size of the figure, in pixels.
const SIZE: (u32, u32) = (900, 640);

/// The largest number of dots for each source, so that the file size does not depend on the length of the run.
const MAX_DOTS: usize = 250;

/// The colours of the sources, which colour-blind readers can distinguish [Okabe and Ito, "Color Universal Design"].
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
];

/// The place of the legend.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Legend {
    /// In this chart, above the lines.
    Shown,
    /// In the other chart.
    Elsewhere,
}

impl Legend {
    /// Returns the height of the chart as a multiple of the highest value.
    const fn height_factor(self) -> f64 {
        match self {
            Self::Shown => 1.7,
            Self::Elsewhere => 1.1,
        }
    }
}

/// Returns the figure as SVG.
pub(crate) fn svg(run: &Run) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (above, below) = area.split_vertically(SIZE.1 / 2);
        draw(&above, run, "memory (VmRSS), MiB", Legend::Shown, |point| mebibytes(point.resident_bytes))?;
        draw(&below, run, "open files", Legend::Elsewhere, |point| float(point.open_files))?;
        area.present()?;
    }
    Ok(svg)
}

fn draw(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    run: &Run,
    title: &str,
    legend: Legend,
    value: fn(&Point) -> f64,
) -> Result<(), Box<dyn Error>> {
    let all = || run.source_runs.iter().flat_map(|(_, sampler)| sampler.points());
    let minutes = |point: &Point| point.at.as_secs_f64() / 60.0;
    let (end, top) = (
        all().map(minutes).fold(1.0, f64::max),
        all().map(value).fold(1.0, f64::max) * legend.height_factor(),
    );
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(44)
        .build_cartesian_2d(0.0..end, 0.0..top)?;
    chart
        .configure_mesh()
        .x_desc("minutes")
        .label_style(("sans-serif", 13))
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|minute| format!("{}", (minute * 10.0).round() / 10.0))
        .y_label_formatter(&|amount| format!("{amount:.0}"))
        .draw()?;
    let place = |point: &Point| (minutes(point), value(point));
    for ((source_run, sampler), colour) in run.source_runs.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(sampler.points().iter().map(place), colour.stroke_width(1)))?
            .label(source_run.source.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(3)));
        let every = source_run.idle_usage.len().div_ceil(MAX_DOTS).max(1);
        let idle =
            source_run.idle_usage.iter().step_by(every).map(|idle| place(&Point::of(idle.at, &idle.usage)));
        chart.draw_series(idle.map(|place| Circle::new(place, 2, colour.filled())))?;
    }
    if legend == Legend::Shown {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE)
            .label_font(("sans-serif", 13))
            .draw()?;
    }
    Ok(())
}

fn mebibytes(bytes: u64) -> f64 {
    float(bytes / 1024) / 1024.0
}

fn float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use chaos::Source;

    use super::*;
    use crate::sampler::Sampler;
    use crate::source_run::SourceRun;

    #[test]
    fn each_source_has_a_label_and_points_in_both_charts() {
        let sampler = || {
            let mut sampler = Sampler::of(std::process::id(), Instant::now());
            sampler.sample();
            sampler.sample();
            sampler
        };
        let source_runs = Source::ALL.map(|source| (SourceRun::new(source), sampler())).into();
        let svg = svg(&Run { minutes: 1, seed: 1, source_runs }).unwrap();
        for source in Source::ALL {
            assert_eq!(svg.matches(source.name()).count(), 1, "{}", source.name());
        }
        // Each colour is in the legend and in one line of each chart.
        for RGBColor(red, green, blue) in COLOURS {
            assert_eq!(svg.matches(&format!("#{red:02X}{green:02X}{blue:02X}")).count(), 3);
        }
    }
}
