//! What the router costs: the release binary, as deployed, in the testbed, beside others that do the same.
//!
//! - [`contest`]: everybody in the same scenarios; [`aims`]: what should come of it
//! - [`curves`]: how the cost grows; [`matrix`]: every scenario; [`memory`]: which memory size is the cheapest
//! - [`instructions`]: what the router takes for a record, by crate
//! - [`head_of_line`]: another subject: what one failing tenant costs the others in its shard, counted
//! - [`contender`]: who is measured; [`source`], [`batch`], [`scenario`]: in what; [`measure`], [`start`], [`share`]: how;
//!   [`arrival`]: whether it counts
//! - [`report`], [`table`], [`number`], [`docs`]: how it is told, and where

mod aims;
mod arguments;
mod arrival;
mod batch;
mod contender;
mod contest;
mod curves;
mod docs;
mod head_of_line;
mod instructions;
mod machine;
mod matrix;
mod measure;
mod memory;
mod number;
mod report;
mod scenario;
mod share;
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
        table::complain(&error.to_string());
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    match arguments.subject {
        Subject::Contest => return hold_contest(&arguments),
        Subject::Curves => tell(&arguments, &docs::CURVES, &curves::sections(&Programs::build()?)?)?,
        Subject::Matrix => tell(&arguments, &docs::MATRIX, &matrix::sections(&Programs::build()?)?)?,
        Subject::MemorySizes => tell(&arguments, &docs::MEMORY, &memory::sections(&Programs::build()?)?)?,
        Subject::Instructions => tell(&arguments, &docs::INSTRUCTIONS, &instructions::sections()?)?,
        Subject::HeadOfLine => tell(&arguments, &docs::HEAD_OF_LINE, &head_of_line::compare()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn hold_contest(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let mut programs = Programs::build()?;
    if let Some(folder) = &arguments.beside {
        programs = programs.beside(folder.clone())?;
    }
    if arguments.node {
        Programs::install_node()?;
    }
    let figures = contest::run(&programs, arguments)?;
    let (verdicts, machine) = (aims::judge(&figures), Machine::this(arguments.node));
    let json = serde_json::to_string_pretty(&report::json(&figures, &machine))?;
    match arguments.output {
        Output::Json => println!("{json}"),
        Output::Table | Output::Docs => {
            tell(arguments, &docs::PERFORMANCE, &report::sections(&figures, &verdicts, &machine))?;
        }
    }
    if arguments.output == Output::Docs {
        fs::write(docs::project().join(docs::SPEED_JSON), json + "\n")?;
        docs::README.write(&table::markdown(&[report::summary(&figures)?]))?;
    }
    let all_met = verdicts.iter().all(aims::Verdict::is_met);
    Ok(if all_met || !arguments.check { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Into the docs, or onto the terminal.
fn tell(arguments: &Arguments, page: &Page, sections: &[Section]) -> Result<(), Box<dyn Error>> {
    if arguments.output == Output::Docs {
        return page.write(&table::markdown(sections));
    }
    print!("{}", table::text(sections));
    Ok(())
}
