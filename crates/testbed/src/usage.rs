//! What a process has cost so far, as the kernel counts it.

use std::fs;
use std::time::Duration;

/// Processor time and memory of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Time on a processor, in user and kernel mode, of all its threads. In steps of 10 ms.
    pub cpu: Duration,
    /// The most memory that it has held at once (`VmHWM`), in bytes.
    pub peak_bytes: u64,
}

/// `/proc/<pid>/stat` counts in 1/100 s on Linux, whatever the kernel's own tick is [proc(5)].
const TICK: Duration = Duration::from_millis(10);

impl Usage {
    /// Of a running process.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Some(Self { cpu: cpu(&stat)?, peak_bytes: peak_bytes(&status)? })
    }
}

/// The fields utime and stime, the 14th and 15th. The second one is the command's name in brackets, and may
/// hold blanks itself.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

fn peak_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_a_name_with_brackets_and_blanks() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 100 0 0 0 12 3 0 0 20 0 1 0 100 1 1";
        assert_eq!(cpu(stat), Some(Duration::from_millis(150)));
    }

    #[test]
    fn this_process_has_held_some_memory() {
        assert!(Usage::of(std::process::id()).is_some_and(|usage| usage.peak_bytes > 0));
    }
}
