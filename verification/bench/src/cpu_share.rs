//! Limits the CPU time of a process as Lambda does by the memory size of a function.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The memory size at which a function has one whole CPU, in MB [AWS Lambda developer guide, "Configure Lambda
/// function memory"].
pub(crate) const MB_OF_A_CPU: u32 = 1_769;

/// The period of a CPU quota, in microseconds.
const PERIOD: u32 = 20_000;

/// The folders of control groups, version 2 and version 1 [cgroups(7)].
const ROOTS: [&str; 2] = ["/sys/fs/cgroup", "/sys/fs/cgroup/cpu"];

/// A control group that limits its processes to the CPU share of a memory size. It is removed on drop.
pub(crate) struct CpuShare {
    folder: PathBuf,
}

impl CpuShare {
    pub(crate) fn of_memory(megabytes: u32) -> Result<Self, Box<dyn Error>> {
        let quota = PERIOD * megabytes / MB_OF_A_CPU;
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
            format!("the CPU share cannot be set: {place}: {error}: run this as root on Linux, with control groups for cpu")
        })?;
        Ok(share)
    }

    /// Limits a process from now on.
    pub(crate) fn assign(&self, process: u32) -> Result<(), Box<dyn Error>> {
        let processes = self.folder.join("cgroup.procs");
        let not_assigned = |error| {
            format!("the process cannot be limited: {}: {error}: run this as root", processes.display())
        };
        Ok(fs::write(&processes, process.to_string()).map_err(not_assigned)?)
    }
}

impl Drop for CpuShare {
    fn drop(&mut self) {
        // This fails if a process has not ended. A remaining control group is harmless.
        let _ = fs::remove_dir(&self.folder);
    }
}
