//! A file of messages, one JSON object per line, written before messages are deleted or changed.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use base64_simd::STANDARD;
use serde::Serialize;

use super::message::{AttributeValue, HeldMessage};
use super::state::DiscardConsent;
use crate::error::CommandError;

/// A file to which messages are appended.
pub(crate) struct BackupFile {
    path: PathBuf,
    file: File,
}

#[derive(Serialize)]
struct BackupLine<'a> {
    message_id: &'a str,
    attributes: BTreeMap<&'a str, BackupAttribute<'a>>,
    system_attributes: &'a BTreeMap<String, String>,
    /// The record, byte for byte.
    record: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum BackupAttribute<'a> {
    Text(&'a str),
    Base64(String),
}

impl BackupFile {
    /// Opens or creates the file. A new file is readable by its owner only, because it holds customer data.
    pub(crate) fn open(path: &Path) -> Result<Self, CommandError> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = path.to_owned();
        let file = options.open(&path).and_then(|file| sync_directory(&path).map(|()| file));
        match file {
            Ok(file) => Ok(Self { path, file }),
            Err(error) => Err(file_error(&path, &error)),
        }
    }

    /// Appends a message with its record.
    pub(crate) fn append(&mut self, message: &HeldMessage, record: &str) -> Result<(), CommandError> {
        let mut line = format_line(message, record).map_err(|error| file_error(&self.path, &error.into()))?;
        line.push('\n');
        self.file.write_all(line.as_bytes()).map_err(|error| file_error(&self.path, &error))
    }

    /// Waits until everything that was appended is on the disk.
    pub(crate) fn sync(&mut self) -> Result<DiscardConsent, CommandError> {
        match self.file.sync_all() {
            Ok(()) => Ok(DiscardConsent::SavedToFile),
            Err(error) => Err(file_error(&self.path, &error)),
        }
    }
}

/// Writes the directory to the disk: without that, a new file's name could be lost.
#[cfg(unix)]
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// Does nothing: on this platform a directory cannot be opened as a file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other platforms")]
fn sync_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn format_line(message: &HeldMessage, record: &str) -> Result<String, serde_json::Error> {
    let attributes = message.attributes.iter().map(|(name, attribute)| {
        let value = match &attribute.value {
            AttributeValue::Text(text) => BackupAttribute::Text(text),
            AttributeValue::Binary(bytes) => BackupAttribute::Base64(STANDARD.encode_to_string(bytes)),
        };
        (name.as_str(), value)
    });
    let (message_id, system_attributes) = (&*message.id, &message.system_attributes);
    serde_json::to_string(&BackupLine {
        message_id,
        attributes: attributes.collect(),
        system_attributes,
        record,
    })
}

fn file_error(path: &Path, error: &std::io::Error) -> CommandError {
    let place = path.display().to_string();
    let remedy = "name a writable file: no message is deleted before it is in the file";
    CommandError::unusable(place, error.to_string(), remedy)
}
