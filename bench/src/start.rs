//! The binary as it is shipped: from process start to the first poll for an event, memory before any event, size.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use testbed::Sandbox;

use crate::report::{self, Start};

/// How often the process is started.
const STARTS: usize = 21;

/// The root of the project.
pub(crate) fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

pub(crate) fn measure(bootstrap: &Path) -> Result<Start, Box<dyn Error>> {
    let config = json!({
        "source": "sqs",
        "backend": { "function": "orders:live" },
        "tenant_id": { "from": ["$.attributes.MessageGroupId"] },
        "on_reject": { "quarantine": "https://sqs.eu-west-1.amazonaws.com/111122223333/quarantine" },
    })
    .to_string();
    let mut inits: Vec<Duration> = Vec::new();
    let mut idle_bytes = 0;
    for _ in 0..STARTS {
        let sandbox = Sandbox::start(bootstrap, &[("TENANT_ROUTER_CONFIG", &config)])
            .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
        inits.push(sandbox.init());
        idle_bytes = idle_bytes.max(sandbox.usage().map_or(0, |usage| usage.peak_bytes));
    }
    inits.sort_unstable();
    Ok(Start {
        init_ms: report::millis(inits[STARTS / 2]),
        best_init_ms: report::millis(inits[0]),
        idle_mib: report::mebibytes(idle_bytes),
        zip_mb: zip().map(report::megabytes),
    })
}

/// The size of the artifact for this machine's architecture; none before `./taskw build`.
fn zip() -> Option<u64> {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let file = project().join("dist").join(format!("sqs-router-{architecture}.zip"));
    fs::metadata(file).ok().map(|metadata| metadata.len())
}
