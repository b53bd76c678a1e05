//! The resources that a process has used so far, as the kernel counts them.

use std::fs;
use std::time::Duration;

/// The CPU time, memory, open files and threads of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The CPU time of the current threads, in user and kernel mode. If the kernel has no scheduler statistics, the CPU time
    /// of all current and past threads, in steps of 10 ms.
    pub cpu: Duration,
    /// The resident memory (`VmRSS`), in bytes.
    pub resident_bytes: u64,
    /// The peak of the resident memory (`VmHWM`), in bytes.
    pub peak_bytes: u64,
    /// The number of open file descriptors.
    pub open_files: u64,
    /// The number of threads.
    pub threads: u64,
}

/// The unit of time in `/proc/<pid>/stat`, which does not depend on the tick of the kernel [proc(5)].
const TICK: Duration = Duration::from_millis(10);

impl Usage {
    /// Returns the usage of a running process, or none if it has ended.
    #[must_use]
    pub fn of(pid: u32) -> Option<Self> {
        let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).ok();
        let (stat, status) = (read("stat")?, read("status")?);
        Some(Self {
            cpu: scheduled(pid).or_else(|| ticks(&stat))?,
            resident_bytes: kibibytes(&status, "VmRSS:")? * 1024,
            peak_bytes: kibibytes(&status, "VmHWM:")? * 1024,
            open_files: u64::try_from(fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count()).ok()?,
            threads: field(&status, "Threads:")?.parse().ok()?,
        })
    }
}

/// Returns the CPU time of all threads. The first number of each thread is in nanoseconds [Linux, "Scheduler Statistics"].
fn scheduled(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    // A thread that has just ended has no statistics.
    let nanoseconds = threads.flatten().filter_map(|thread| {
        let statistics = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        statistics.split_ascii_whitespace().next()?.parse::<u64>().ok()
    });
    Some(nanoseconds.sum()).filter(|&sum| sum > 0).map(Duration::from_nanos)
}

/// Returns the sum of utime and stime, the 14th and 15th field. The second field is the name of the command in brackets, which
/// can contain spaces.
fn ticks(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

fn kibibytes(status: &str, name: &str) -> Option<u64> {
    field(status, name)?.strip_suffix("kB")?.trim_end().parse().ok()
}

fn field<'s>(status: &'s str, name: &str) -> Option<&'s str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_after_a_name_with_brackets() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 100 0 0 0 12 3 0 0 20 0 1 0 100 1 1";
        assert_eq!(ticks(stat), Some(Duration::from_millis(150)));
    }

    #[test]
    fn memory_and_threads_are_read_by_name() {
        let status = "Name:\ta\nVmHWM:\t    5120 kB\nVmRSS:\t    4096 kB\nThreads:\t3\n";
        assert_eq!(kibibytes(status, "VmRSS:"), Some(4096));
        assert_eq!(kibibytes(status, "VmHWM:"), Some(5120));
        assert_eq!(field(status, "Threads:"), Some("3"));
    }

    #[test]
    fn open_file_and_memory_are_counted() {
        let here = std::process::id();
        let before = Usage::of(here).unwrap();
        let (_file, held) = (fs::File::open("/proc/self/status").unwrap(), vec![1_u8; 32 << 20]);
        let after = Usage::of(here).unwrap();
        assert!(after.resident_bytes > before.resident_bytes + (16 << 20), "{before:?} {after:?}");
        assert!(after.peak_bytes >= after.resident_bytes && after.threads >= 1 && held.len() == 32 << 20);
        assert!(after.open_files >= 4, "{after:?}");
    }

    #[test]
    fn ended_process_has_no_usage() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        assert_eq!(Usage::of(pid), None);
    }
}
