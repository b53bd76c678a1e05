//! Part of a processor: Lambda gives a function processor time by its memory, and Linux can do the same.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Memory with which a function has the equivalent of one processor, in MB [AWS Lambda developer guide, "Configure Lambda
/// function memory"].
pub(crate) const MB_OF_A_PROCESSOR: u32 = 1_769;

/// In microseconds: how often a process is given its share anew.
const PERIOD: u32 = 20_000;

/// Where control groups are, of the second kind and of the first [cgroups(7)].
const ROOTS: [&str; 2] = ["/sys/fs/cgroup", "/sys/fs/cgroup/cpu"];

/// A control group whose processes have as much of a processor as a function of so much memory. It ends when it is dropped.
pub(crate) struct Share {
    folder: PathBuf,
}

impl Share {
    pub(crate) fn of_memory(megabytes: u32) -> Result<Self, Box<dyn Error>> {
        let quota = PERIOD * megabytes / MB_OF_A_PROCESSOR;
        let [second, first] = ROOTS.map(Path::new);
        let is_second = second.join("cgroup.controllers").exists();
        let folder = if is_second { second } else { first }
            .join(format!("tenant-router-bench-{}-{megabytes}", std::process::id()));
        let made = fs::create_dir(&folder).and_then(|()| {
            if is_second {
                return fs::write(folder.join("cpu.max"), format!("{quota} {PERIOD}"));
            }
            fs::write(folder.join("cpu.cfs_period_us"), PERIOD.to_string())?;
            fs::write(folder.join("cpu.cfs_quota_us"), quota.to_string())
        });
        let share = Self { folder };
        made.map_err(|error| {
            let place = share.folder.display();
            format!("a share of a processor cannot be given: {place}: {error}: run this as root, on Linux, with control groups for cpu")
        })?;
        Ok(share)
    }

    /// The process has its share from now on.
    pub(crate) fn give(&self, process: u32) -> Result<(), Box<dyn Error>> {
        let processes = self.folder.join("cgroup.procs");
        let not_given =
            |error| format!("a process gets no share: {}: {error}: run this as root", processes.display());
        Ok(fs::write(&processes, process.to_string()).map_err(not_given)?)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // It is empty once its processes have ended, and then it can be removed; an empty one costs nothing.
        let _ = fs::remove_dir(&self.folder);
    }
}
