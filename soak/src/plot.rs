//! The figure: memory and open files of each process over the time of the run. The lines are the most within some seconds,
//! the dots what was held at rest.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Run;
use crate::watch::Point;

/// In pixels.
const SIZE: (u32, u32) = (900, 640);

/// At most so many dots a line, so that the figure of hours is no larger than that of minutes.
const DOTS: usize = 250;

/// One for each source, told apart by those who do not see all colours as well [Okabe and Ito, "Color Universal Design"].
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
];

/// Where it stands which line is whose.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Legend {
    /// In this half, over the lines.
    Shown,
    /// In the other one.
    Above,
}

impl Legend {
    /// The height of the half, by that of the highest line.
    const fn room(self) -> f64 {
        match self {
            Self::Shown => 1.7,
            Self::Above => 1.1,
        }
    }
}

/// Draws it.
pub(crate) fn svg(run: &Run) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (above, below) = area.split_vertically(SIZE.1 / 2);
        draw(&above, run, "memory (VmRSS), MiB", Legend::Shown, |point| mebibytes(point.resident_bytes))?;
        draw(&below, run, "open files", Legend::Above, |point| float(point.open_files))?;
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
    let all = || run.courses.iter().flat_map(|(_, watch)| watch.points());
    let minutes = |point: &Point| point.at.as_secs_f64() / 60.0;
    let (end, top) =
        (all().map(minutes).fold(1.0, f64::max), all().map(value).fold(1.0, f64::max) * legend.room());
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
    for ((course, watch), colour) in run.courses.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(watch.points().iter().map(place), colour.stroke_width(1)))?
            .label(course.source.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(3)));
        let every = course.looks.len().div_ceil(DOTS).max(1);
        let rests = course.looks.iter().step_by(every).map(|look| place(&Point::of(look.at, &look.usage)));
        chart.draw_series(rests.map(|rest| Circle::new(rest, 2, colour.filled())))?;
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
    use crate::course::Course;
    use crate::watch::Watch;

    #[test]
    fn every_source_is_named_and_has_its_points_in_either_half() {
        let watch = || {
            let mut watch = Watch::of(std::process::id(), Instant::now());
            watch.look();
            watch.look();
            watch
        };
        let courses = Source::ALL.map(|source| (Course::new(source), watch())).into();
        let svg = svg(&Run { minutes: 1, seed: 1, courses }).unwrap();
        for source in Source::ALL {
            assert_eq!(svg.matches(source.name()).count(), 1, "{}", source.name());
        }
        // Two looks at each make a line of its own colour in each half, besides the legend's.
        for RGBColor(red, green, blue) in COLOURS {
            assert_eq!(svg.matches(&format!("#{red:02X}{green:02X}{blue:02X}")).count(), 3);
        }
    }
}
