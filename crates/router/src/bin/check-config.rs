//! Checks a router's configuration without AWS, with the same code that the router runs at init.

use std::io::{Read, Write};
use std::process::ExitCode;

use router::Config;

const USAGE: &str = "usage: check-config [FILE]\n\nReads a TENANT_ROUTER_CONFIG (JSON) from FILE or standard input and checks it as the router does at init.\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (verdict, code) = match arguments.as_slice() {
        [flag] if flag == "--help" || flag == "-h" => (USAGE.to_owned(), ExitCode::SUCCESS),
        [] => check("standard input", read_stdin()),
        [file] => check(file, std::fs::read_to_string(file)),
        _ => (USAGE.to_owned(), ExitCode::from(2)),
    };
    // Whoever closed the pipe does not want to know.
    let _ = std::io::stdout().write_all(verdict.as_bytes());
    code
}

fn read_stdin() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn check(place: &str, text: std::io::Result<String>) -> (String, ExitCode) {
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            return (format!("the configuration cannot be read: {place}: {error}\n"), ExitCode::from(2));
        }
    };
    match Config::parse_any(&text) {
        Ok(config) => {
            (format!("{place}: a good configuration for {}\n", config.source.binary()), ExitCode::SUCCESS)
        }
        Err(error) => (format!("{error}\n"), ExitCode::FAILURE),
    }
}
