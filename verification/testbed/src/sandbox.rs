//! A Lambda execution environment: a real `bootstrap` as a child process, with the Runtime API and the environment variables
//! of Lambda.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::runtime_api::{FunctionError, Invocation, Outcome, RuntimeApi};
use crate::usage::Usage;

/// The environment variables that Lambda sets for every function [Lambda developer guide, "Working with Lambda environment
/// variables"]. The credentials are not valid.
const LAMBDA_ENVIRONMENT: &[(&str, &str)] = &[
    ("_HANDLER", "bootstrap"),
    ("AWS_ACCESS_KEY_ID", "AKIDTESTBED"),
    ("AWS_SECRET_ACCESS_KEY", "testbed"),
    ("AWS_SESSION_TOKEN", "testbed"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_FUNCTION_NAME", "testbed"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/testbed"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "testbed"),
    ("LAMBDA_TASK_ROOT", "/var/task"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("TZ", ":UTC"),
];

/// The time limit from the start of a process to its first poll, as on Lambda.
const INIT_TIME: Duration = Duration::from_secs(10);

/// An execution environment after its init. The process ends on drop.
pub struct Sandbox {
    process: Process,
    api: RuntimeApi,
    init: Duration,
}

/// The reason why an execution environment did not start.
#[derive(Debug)]
pub struct InitFailure {
    /// The init error that the process reported to the Runtime API, if any.
    pub error: Option<FunctionError>,
    /// The lines of its stdout and stderr.
    pub lines: Vec<String>,
}

impl Sandbox {
    /// Starts `bootstrap` and waits for its first poll. Its environment variables are those of Lambda and `environment`.
    ///
    /// # Errors
    /// If the process reports an init error, ends, or does not poll within 10 s.
    pub fn start(bootstrap: &Path, environment: &[(&str, &str)]) -> Result<Self, InitFailure> {
        Self::start_with(bootstrap, &[], environment)
    }

    /// Starts `bootstrap` with arguments, for a program that is not only a function.
    ///
    /// # Errors
    /// If the process reports an init error, ends, or does not poll within 10 s.
    pub fn start_with(
        bootstrap: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Self, InitFailure> {
        let api = RuntimeApi::start();
        let started = Instant::now();
        let mut process = Process::spawn(bootstrap, arguments, &api.address().to_string(), environment);
        loop {
            if let Some(polled) = api.first_poll() {
                return Ok(Self { process, api, init: polled.duration_since(started) });
            }
            let ended = process.has_ended() || started.elapsed() > INIT_TIME;
            let error = api.init_error();
            if ended || error.is_some() {
                return Err(InitFailure { error, lines: process.end() });
            }
            api.wait_for_change();
        }
    }

    /// Sends an event to the function and waits for the outcome.
    pub fn invoke(&mut self, invocation: Invocation) -> Outcome {
        let request_id = invocation.request_id().to_owned();
        let deadline = Instant::now() + invocation.time();
        self.api.submit(invocation);
        loop {
            // This comes before the look for the outcome, because a process can respond and end at once.
            let ended = self.process.has_ended();
            if let Some(outcome) = self.api.take_outcome(&request_id) {
                return outcome;
            }
            if ended {
                return Outcome::Exited;
            }
            if Instant::now() > deadline {
                self.process.kill();
                return Outcome::TimedOut;
            }
            self.api.wait_for_change();
        }
    }

    /// Waits until the process polls for its next event, or has ended.
    pub fn wait_until_idle(&mut self) {
        while !self.api.is_idle() && !self.process.has_ended() {
            self.api.wait_for_change();
        }
    }

    /// Returns the time from the start of the process to its first poll.
    #[must_use]
    pub fn init(&self) -> Duration {
        self.init
    }

    /// Returns the resources that the process has used so far, or none if it has ended.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        Usage::of(self.pid())
    }

    /// Returns the process id, for [`Usage::of`] during an invocation.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.child.id()
    }

    /// Waits up to 1 s for the end of the process. Returns whether it has ended.
    pub fn wait_for_exit(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(1);
        while !self.process.has_ended() && Instant::now() < until {
            self.api.wait_for_change();
        }
        self.process.has_ended()
    }

    /// Removes and returns the lines of stdout and stderr since the last call.
    #[must_use]
    pub fn take_lines(&self) -> Vec<String> {
        self.process.take_lines()
    }

    /// Waits until the process is idle, ends it, and returns the remaining lines of stdout and stderr.
    #[must_use]
    pub fn stop(mut self) -> Vec<String> {
        self.wait_until_idle();
        self.process.end()
    }
}

/// A child process, with threads that collect its output.
struct Process {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    fn spawn(bootstrap: &Path, arguments: &[&str], runtime_api: &str, environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(bootstrap)
            .args(arguments)
            .env_clear()
            .envs(LAMBDA_ENVIRONMENT.iter().copied())
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("the binary does not start: {}: {error}: build it first", bootstrap.display())
            });
        let lines = Arc::default();
        let readers = vec![
            collect(child.stdout.take().expect("stdout is piped"), &lines),
            collect(child.stderr.take().expect("stderr is piped"), &lines),
        ];
        Self { child, lines, readers }
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    fn kill(&mut self) {
        // This fails only if the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends the process and returns its output.
    fn end(&mut self) -> Vec<String> {
        self.kill();
        for reader in self.readers.drain(..) {
            reader.join().expect("the reading thread does not panic");
        }
        self.take_lines()
    }

    fn take_lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn collect(pipe: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    })
}
