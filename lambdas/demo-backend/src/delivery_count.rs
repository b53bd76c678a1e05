//! Counts how often a record was delivered. SQS says so in the event. For streams and events the demo counts itself: in the
//! journal's folder, where the count outlives this environment, or in memory.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Counts the deliveries of each record.
#[derive(Debug)]
pub(crate) struct DeliveryCounter {
    folder: Option<PathBuf>,
    memory: Mutex<HashMap<String, u32>>,
}

impl DeliveryCounter {
    /// Creates a counter that uses files in this folder, or memory without a folder.
    pub(crate) fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder, memory: Mutex::default() }
    }

    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self::in_folder(None)
    }

    /// Counts one more delivery of this record, and returns the number of deliveries. If the folder is not writable, the
    /// counter uses memory; the journal, which uses the same folder, reports the error.
    pub(crate) fn count(&self, id: &str) -> u32 {
        let written = self.folder.as_deref().map(|folder| count_in_file(folder, id));
        if let Some(Ok(count)) = written {
            return count;
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let count = memory.entry(id.to_owned()).or_default();
        *count += 1;
        *count
    }
}

/// Counts in a file with one byte for each delivery, because several environments may append to it at the same time.
fn count_in_file(folder: &Path, id: &str) -> io::Result<u32> {
    std::fs::create_dir_all(folder)?;
    let name: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join(format!("{name}.tries")))?;
    file.write_all(b".")?;
    u32::try_from(file.metadata()?.len()).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_has_its_own_count() {
        let deliveries = DeliveryCounter::in_memory();
        assert_eq!([deliveries.count("a"), deliveries.count("b"), deliveries.count("a")], [1, 1, 2]);
    }

    #[test]
    fn count_in_a_folder_outlives_the_environment() {
        let folder = std::env::temp_dir().join(format!("demo-backend-tries-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let counts: Vec<u32> = (0..2)
            .map(|_| DeliveryCounter::in_folder(Some(folder.clone())).count("shardId-0:49/1"))
            .collect();
        assert_eq!(counts, [1, 2]);
        assert!(std::fs::remove_dir_all(&folder).is_ok());
    }

    #[test]
    fn unwritable_folder_falls_back_to_memory() {
        let deliveries = DeliveryCounter::in_folder(Some(PathBuf::from("/dev/null/nowhere")));
        assert_eq!([deliveries.count("a"), deliveries.count("a")], [1, 2]);
    }
}
