//! How often a record has come. A queue tells; of streams and events the demo counts itself: in the journal's folder,
//! where the count outlives this environment, or else in memory.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Counts deliveries.
#[derive(Debug)]
pub(crate) struct Tries {
    folder: Option<PathBuf>,
    memory: Mutex<HashMap<String, u32>>,
}

impl Tries {
    /// Counts in files of this folder, if there is one.
    pub(crate) fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder, memory: Mutex::default() }
    }

    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self::in_folder(None)
    }

    /// Counts one more delivery of this record; gives how many there were. A folder that cannot be written to counts
    /// in memory: the journal, which needs it as well, says what is wrong with it.
    pub(crate) fn of(&self, id: &str) -> u32 {
        let written = self.folder.as_deref().map(|folder| count(folder, id));
        if let Some(Ok(count)) = written {
            return count;
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let count = memory.entry(id.to_owned()).or_default();
        *count += 1;
        *count
    }
}

/// A file of one byte for each delivery: appending is all that several environments need to agree on.
fn count(folder: &Path, id: &str) -> io::Result<u32> {
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
    fn each_record_is_counted_by_itself() {
        let tries = Tries::in_memory();
        assert_eq!([tries.of("a"), tries.of("b"), tries.of("a")], [1, 1, 2]);
    }

    #[test]
    fn in_a_folder_the_count_outlives_the_environment() {
        let folder = std::env::temp_dir().join(format!("demo-backend-tries-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let counts: Vec<u32> =
            (0..2).map(|_| Tries::in_folder(Some(folder.clone())).of("shardId-0:49/1")).collect();
        assert_eq!(counts, [1, 2]);
        assert!(std::fs::remove_dir_all(&folder).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_counts_in_memory() {
        let tries = Tries::in_folder(Some(PathBuf::from("/dev/null/nowhere")));
        assert_eq!([tries.of("a"), tries.of("a")], [1, 2]);
    }
}
