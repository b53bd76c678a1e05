//! What the router costs: the release binary, as deployed, in the testbed; beside it a plain sequential loop.
//!
//! - [`scenario`]: what is measured; [`measure`]: how; [`start`]: from process start to the first poll
//! - [`sequential`]: the loop that the router is compared with; this binary is its `bootstrap` as well
//! - [`report`]: the figures; [`aims`]: what they should be; [`table`]: how they are shown; [`docs`]: where they go

mod aims;
mod arguments;
mod docs;
mod measure;
mod report;
mod scenario;
mod sequential;
mod start;
mod table;

use std::error::Error;
use std::process::ExitCode;

use crate::arguments::{Aims, Arguments, Output};
use crate::report::{Report, Scenario};
use crate::scenario::SCENARIOS;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if sequential::is_asked_for() {
        return sequential::run().map(|()| ExitCode::SUCCESS);
    }
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let router = start::build()?;
    let mut report =
        Report { machine: report::Machine::this(), start: start::measure(&router)?, scenarios: Vec::new() };
    for scenario in SCENARIOS {
        let scenario = scenario.with(&arguments);
        table::progress(&scenario);
        let by_router = measure::router(&router, &scenario)?;
        let by_loop = measure::sequential_loop(&scenario)?;
        report.scenarios.push(Scenario::new(&scenario, by_router, by_loop));
    }
    let verdicts = aims::judge(&report);
    match arguments.output {
        Output::Table => print!("{}", table::text(&report, &verdicts)),
        Output::Json => println!("{}", serde_json::to_string_pretty(&report)?),
        Output::Docs => docs::write(&table::markdown(&report, &verdicts))?,
    }
    let all_met = verdicts.iter().all(aims::Verdict::is_met);
    Ok(if all_met || arguments.aims == Aims::Shown { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
