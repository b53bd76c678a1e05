//! The figures as a plot: a row for each router, a panel for each thing that can go wrong, a mark for each source. It has
//! no background, and colours that can be told apart on a light one and on a dark one.

use std::error::Error;

use plotters::coord::Shift;
use plotters::element::DynElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::account::Wrong;
use super::contest::{Contender, Contest, Day, Score};
use super::report::title;
use crate::plan::Kind;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Failure = Box<dyn Error>;

const SIZE: (u32, u32) = (1088, 460);
/// Above the panels.
const LEGEND: u32 = 34;
/// Left of them.
const NAMES: i32 = 340;
/// As far from white as from GitHub's dark grey.
const INK: RGBColor = RGBColor(122, 122, 122);
/// As plotters counts: about 13 pixels.
const LETTERS: i32 = 16;
/// Where a panel's 0 stands. One of a million is at 0, its logarithm.
const NONE: f64 = -1.2;
const PANEL: std::ops::Range<f64> = -1.8..6.4;

/// The plot of a usual day, as SVG. The same score makes the same bytes.
///
/// # Errors
/// When something cannot be drawn.
pub fn plot(score: &Score) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(score, &root)?;
        root.present()?;
    }
    Ok(svg)
}

fn draw(score: &Score, root: &Area<'_>) -> Result<(), Failure> {
    let (legend, below) = root.split_vertically(LEGEND);
    let mut x = NAMES;
    for kind in Contest::KINDS {
        legend.draw(&mark(kind, (x, 16)))?;
        legend.draw_text(title(kind), &text(HPos::Left), (x + 12, 16))?;
        x += 190;
    }
    legend.draw_text("records of a million", &text(HPos::Left), (x + 12, 16))?;
    let (_, panels) = below.split_horizontally(NAMES);
    let mut rows = Vec::new();
    for (panel, wrong) in panels.split_evenly((1, Wrong::ALL.len())).iter().zip(Wrong::ALL) {
        rows = draw_panel(score, panel, wrong)?;
    }
    for (contender, y) in Contender::all().zip(rows) {
        let weight = match contender {
            Contender::Shipped(_) => FontStyle::Bold,
            Contender::ComparisonRouter(_) => FontStyle::Normal,
        };
        let style = ("sans-serif", LETTERS, weight).into_font().color(&INK);
        root.draw_text(contender.name(), &style.pos(Pos::new(HPos::Right, VPos::Center)), (NAMES - 8, y))?;
    }
    Ok(())
}

/// Draws a panel, and says at which heights its rows are.
fn draw_panel(score: &Score, panel: &Area<'_>, wrong: Wrong) -> Result<Vec<i32>, Failure> {
    let contenders: Vec<(Contender, f64)> = Contender::all().zip((0_u32..).map(f64::from)).collect();
    let bottom = f64::from(u32::try_from(contenders.len())?);
    let mut chart = ChartBuilder::on(panel)
        .margin_right(14)
        .caption(wrong.name(), text(HPos::Left))
        .x_label_area_size(26)
        .build_cartesian_2d(PANEL, bottom..0.0)?;
    for (contender, row) in &contenders {
        if let Contender::Shipped(_) = contender {
            let band = [(PANEL.start, *row), (PANEL.end, row + 1.0)];
            chart.draw_series([Rectangle::new(band, INK.mix(0.14).filled())])?;
        }
    }
    for (at, label) in [(NONE, "0"), (0.0, "1"), (2.0, "100"), (4.0, "10k"), (6.0, "1M")] {
        let line = [(at, 0.0), (at, bottom)];
        chart.draw_series([PathElement::new(line.to_vec(), INK.mix(0.45))])?;
        let (x, y) = chart.backend_coord(&(at, bottom));
        panel.draw_text(label, &text(HPos::Center), local(panel, (x, y + 12)))?;
    }
    for kind in Contest::KINDS {
        if kind == Kind::Standard && wrong == Wrong::OutOfOrder {
            continue;
        }
        for (contender, row) in &contenders {
            let counts = score.get(&(Day::Usual, kind, *contender)).copied().unwrap_or_default();
            let at = match counts.of_a_million(wrong) {
                0 => NONE,
                count => f64::from(u32::try_from(count)?).log10(),
            };
            let place = chart.backend_coord(&(at, row + height(kind)));
            panel.draw(&mark(kind, local(panel, place)))?;
        }
    }
    Ok(contenders.iter().map(|(_, row)| chart.backend_coord(&(NONE, row + 0.5)).1).collect())
}

/// Within an area, what is there within the whole.
fn local(area: &Area<'_>, (x, y): (i32, i32)) -> (i32, i32) {
    let (left, top) = area.get_base_pixel();
    (x - left, y - top)
}

/// Where in its row a source's mark stands, so that marks of equal counts do not hide each other.
const fn height(kind: Kind) -> f64 {
    match kind {
        Kind::Standard => 0.28,
        Kind::Fifo => 0.5,
        _ => 0.72,
    }
}

fn mark<'a>(kind: Kind, at: (i32, i32)) -> DynElement<'a, SVGBackend<'a>, (i32, i32)> {
    match kind {
        Kind::Standard => Circle::new(at, 4, RGBColor(59, 130, 246).filled()).into_dyn(),
        Kind::Fifo => TriangleMarker::new(at, 6, RGBColor(224, 90, 12).filled()).into_dyn(),
        _ => {
            let square = [(at.0 - 4, at.1 - 4), (at.0 + 4, at.1 + 4)];
            Rectangle::new(square, RGBColor(47, 158, 68).filled()).into_dyn()
        }
    }
}

fn text(side: HPos) -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&INK).pos(Pos::new(side, VPos::Center))
}
