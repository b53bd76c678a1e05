//! Measures the cost of the router: its release binary in the testbed, next to other programs that do the same work. This crate
//! must not depend on the crates of the product.
//!
//! Read the modules in this order:
//!
//! - [`arguments`]: the command line
//! - [`source`], [`batch`], [`scenario`]: the measured work; [`contender`]: the measured programs
//! - [`measure`], [`start`], [`cpu_share`]: the measurement; [`delivery`]: the check that a batch was delivered completely
//! - [`comparison`]: all programs in the same scenarios; [`aims`]: the performance aims
//! - [`curves`]: how the cost grows; [`matrix`]: every scenario; [`memory`]: the cheapest memory size
//! - [`instructions`]: the instructions per record, by crate
//! - [`head_of_line`]: the effect of one failing tenant on the others in its shard, counted
//! - [`faults`]: what becomes of messages while the services around a program fail
//! - [`report`], [`table`], [`number`], [`machine`]: the output; [`docs`]: the pages with figures

mod aims;
mod arguments;
mod batch;
mod comparison;
mod contender;
mod cpu_share;
mod curves;
mod delivery;
mod docs;
mod faults;
mod head_of_line;
mod instructions;
mod machine;
mod matrix;
mod measure;
mod memory;
mod number;
mod payload;
mod report;
mod scenario;
mod source;
mod start;
mod table;

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use crate::arguments::{Arguments, Output, Subject};
use crate::contender::Programs;
use crate::docs::Page;
use crate::machine::Machine;
use crate::table::Section;

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        table::print_error(&error.to_string());
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    match arguments.subject {
        Subject::Comparison => return run_comparison(&arguments),
        Subject::Curves => publish(&arguments, &docs::CURVES, &curves::sections(&Programs::build()?)?)?,
        Subject::Matrix => publish(&arguments, &docs::MATRIX, &matrix::sections(&Programs::build()?)?)?,
        Subject::MemorySizes => publish(&arguments, &docs::MEMORY, &memory::sections(&Programs::build()?)?)?,
        Subject::Instructions => publish(&arguments, &docs::INSTRUCTIONS, &instructions::sections()?)?,
        Subject::Faults => publish(&arguments, &docs::FAULTS, &[faults::compare()?])?,
        Subject::HeadOfLine => publish(&arguments, &docs::HEAD_OF_LINE, &head_of_line::compare()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn run_comparison(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let mut programs = Programs::build()?;
    if let Some(folder) = &arguments.beside {
        programs = programs.with_other_routers(folder.clone())?;
    }
    if arguments.node {
        Programs::install_node()?;
    }
    let figures = comparison::run(&programs, arguments)?;
    let (aim_results, machine) = (aims::evaluate(&figures), Machine::this(arguments.node));
    let json = serde_json::to_string_pretty(&report::json(&figures, &machine))?;
    match arguments.output {
        Output::Json => println!("{json}"),
        Output::Table | Output::Docs => {
            publish(arguments, &docs::PERFORMANCE, &report::sections(&figures, &aim_results, &machine))?;
        }
    }
    if arguments.output == Output::Docs {
        fs::write(docs::project().join(docs::SPEED_JSON), json + "\n")?;
        docs::README.write(&table::markdown(&[report::summary(&figures)?]))?;
    }
    let all_met = aim_results.iter().all(aims::AimResult::is_met);
    Ok(if all_met || !arguments.check { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes the figures into the docs or prints them.
fn publish(arguments: &Arguments, page: &Page, sections: &[Section]) -> Result<(), Box<dyn Error>> {
    if arguments.output == Output::Docs {
        return page.write(&table::markdown(sections));
    }
    print!("{}", table::text(sections));
    Ok(())
}
