//! Runs `tenantctl tenants` on a registry of its own.

use std::io::Write as _;
use std::process::{self, Command, Stdio};

use serde_json::{Value, json};
use testbed::{DynamoDbAnswer, DynamoDbApi, DynamoDbCall};

pub(crate) const TABLE: &str = "tenants";

/// A registry on a DynamoDB server.
pub(crate) struct World {
    pub(crate) dynamodb: DynamoDbApi,
}

/// The exit code and output of a command.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// An empty registry.
    pub(crate) fn new() -> Self {
        Self::scripted(|_| DynamoDbAnswer::Served)
    }

    /// An empty registry whose DynamoDB server responds as the script says.
    pub(crate) fn scripted(script: impl Fn(&DynamoDbCall) -> DynamoDbAnswer + Send + Sync + 'static) -> Self {
        let dynamodb = DynamoDbApi::start(script);
        dynamodb.create_table(TABLE, "tenant_id");
        Self { dynamodb }
    }

    /// Adds these tenants, by id and status.
    pub(crate) fn with(self, tenants: &[(&str, &str)]) -> Self {
        for (id, status) in tenants {
            self.put(&json!({ "tenant_id": { "S": id }, "status": { "S": status } }));
        }
        self
    }

    pub(crate) fn put(&self, item: &Value) {
        self.dynamodb.put(TABLE, item);
    }

    /// An item as it is now; null if there is none.
    pub(crate) fn item(&self, id: &str) -> Value {
        self.dynamodb.item(TABLE, id).map_or(Value::Null, Value::Object)
    }

    pub(crate) fn status(&self, id: &str) -> String {
        self.item(id)["status"]["S"].as_str().unwrap_or("none").to_owned()
    }

    /// Runs `tenantctl tenants …` on this registry. The words are separated by spaces.
    pub(crate) fn tenants(&self, words: &str) -> Output {
        let (command, rest) = words.split_once(' ').unwrap_or((words, ""));
        let mut all = vec!["tenants", command, "--table", TABLE];
        all.extend(rest.split_whitespace());
        self.run(&all, "")
    }

    /// Runs `tenantctl tenants … --json`.
    pub(crate) fn json(&self, words: &str) -> (Option<i32>, Value) {
        let output = self.tenants(&format!("{words} --json"));
        assert_eq!(output.err, "", "{output:?}");
        (output.code, serde_json::from_str(&output.out).unwrap())
    }

    /// Runs `tenants import -` with this text.
    pub(crate) fn import(&self, text: &str, more: &str) -> Output {
        let mut all = vec!["tenants", "import", "--table", TABLE, "-"];
        all.extend(more.split_whitespace());
        self.run(&all, text)
    }

    /// Runs the binary with these arguments and this standard input.
    pub(crate) fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.command(args).spawn().unwrap();
        // The command may end before it reads its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Output::of(child.wait_with_output().unwrap())
    }

    /// The command, ready to start.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        Self::command_at(&self.dynamodb.endpoint(), args)
    }

    /// The command with another endpoint.
    pub(crate) fn command_at(endpoint: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantctl"));
        command.env_clear().args(["--endpoint-url", endpoint]).args(args);
        command.envs([
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

impl Output {
    pub(crate) fn of(output: process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Asserts exit code 0 and returns standard output.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self.out
    }

    /// Asserts exit code 1 and returns standard output.
    #[track_caller]
    pub(crate) fn found(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(1), ""), "{self:?}");
        self.out
    }

    /// Asserts an error with this exit code and returns standard error.
    #[track_caller]
    pub(crate) fn error(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        self.err
    }
}

#[track_caller]
pub(crate) fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in: {text}");
    }
}
