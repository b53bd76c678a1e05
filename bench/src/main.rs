//! What the router costs: the release binary, as deployed, in the testbed; beside it a plain sequential loop.
//!
//! - [`scenario`]: what is measured; [`measure`]: how; [`start`]: from process start to the first poll
//! - [`sequential`]: the loop that the router is compared with; this binary is its `bootstrap` as well
//! - [`report`]: the figures; [`aims`]: what they should be; [`table`]: how they are shown; [`docs`]: where they go
//! - [`head_of_line`]: another subject: what one failing tenant costs the others in its shard, counted

mod aims;
mod arguments;
mod docs;
mod head_of_line;
mod measure;
mod report;
mod scenario;
mod sequential;
mod start;
mod table;

use std::error::Error;
use std::process::ExitCode;

use testbed::binaries::{Profile, build};

use crate::arguments::{Aims, Arguments, Output, Subject};
use crate::report::{Report, Scenario};
use crate::scenario::{SCENARIOS, Source};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if sequential::is_asked_for() {
        return sequential::run().map(|()| ExitCode::SUCCESS);
    }
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    match arguments.subject {
        Subject::Speed => measure_speed(&arguments),
        Subject::HeadOfLine => {
            let sections = [head_of_line::compare()?];
            match arguments.output {
                Output::Docs => docs::HEAD_OF_LINE.write(&table::markdown(&sections))?,
                Output::Table | Output::Json => print!("{}", table::text(&sections)),
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn measure_speed(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let routers = Source::ALL.map(Source::artifact);
    let routers = build(Profile::Release, routers)?;
    let [sqs, ..] = &routers;
    let mut report =
        Report { machine: report::Machine::this(), start: start::measure(sqs)?, scenarios: Vec::new() };
    for scenario in SCENARIOS {
        let scenario = scenario.with(arguments);
        table::say(&scenario.name());
        let router = Source::ALL.iter().zip(&routers).find(|(source, _)| **source == scenario.source);
        let (_, router) = router.ok_or("a scenario of no source")?;
        let by_router = measure::router(router, &scenario)?;
        let by_loop = measure::sequential_loop(&scenario)?;
        report.scenarios.push(Scenario::new(&scenario, by_router, by_loop));
    }
    let verdicts = aims::judge(&report);
    let sections = table::sections(&report, &verdicts);
    match arguments.output {
        Output::Table => print!("{}", table::text(&sections)),
        Output::Json => println!("{}", serde_json::to_string_pretty(&report)?),
        Output::Docs => docs::PERFORMANCE.write(&table::markdown(&sections))?,
    }
    let all_met = verdicts.iter().all(aims::Verdict::is_met);
    Ok(if all_met || arguments.aims == Aims::Shown { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
