//! What the system says of this process.

use std::fs;

/// Processor time this process has used so far, in seconds, all threads together.
pub fn processor_seconds() -> f64 {
    processor_seconds_of("self")
}

/// The same of another process and those it has started (a server's workers).
pub fn processor_seconds_with_children(pid: u32) -> f64 {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let all = std::iter::once(pid.to_string()).chain(children.split_whitespace().map(str::to_owned));
    all.map(|process| processor_seconds_of(&process)).sum()
}

fn processor_seconds_of(process: &str) -> f64 {
    // Fields 14 and 15 (user and system time in hundredths of a second), counted behind the name in brackets.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Memory this process holds now, in MB (`VmRSS`); 0 where the system does not say.
#[cfg(feature = "engines")]
pub fn resident_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1_000.0
}
