//! The processor time of a process and its children, from /proc, in hundredths of a second.

use std::{collections::BTreeMap, ops::AddAssign, time::Duration};

use crate::Fault;

/// One hundredth of a second: `USER_HZ`, the same on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of a server, and of the database meanwhile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    pub server: Duration,
    /// PostgreSQL's: its main process, and one for each connection.
    pub database: Duration,
}

impl Spent {
    /// Since both processes started.
    pub fn so_far(server: u32, database: u32) -> Result<Self, Fault> {
        let processes = processes()?;
        Ok(Self {
            server: with_descendants(&processes, server),
            database: with_descendants(&processes, database),
        })
    }

    /// The time between `earlier` and now.
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            server: self.server.saturating_sub(earlier.server),
            database: self.database.saturating_sub(earlier.database),
        }
    }

    /// The time per answer as the table shows it: the server's, then PostgreSQL's, in milliseconds.
    pub fn for_each(self, answers: u64) -> String {
        let each = |time: Duration| time.as_secs_f64() * 1_000.0 / answers.max(1) as f64;
        format!("{:.2} + {:.2}", each(self.server), each(self.database))
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.server += other.server;
        self.database += other.database;
    }
}

/// A line of the process table.
struct Process {
    parent: u32,
    /// Its own time, and that of its children that have ended.
    spent: Duration,
}

fn processes() -> Result<BTreeMap<u32, Process>, Fault> {
    let mut table = BTreeMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // It may have ended meanwhile.
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
            continue;
        };
        if let Some(process) = process(&stat) {
            table.insert(pid, process);
        }
    }
    Ok(table)
}

/// Parses /proc/…/stat: after the name come state and parent, and from the twelfth field on utime,
/// stime, cutime, cstime.
fn process(stat: &str) -> Option<Process> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: Option<u32> = fields
        .get(11..15)?
        .iter()
        .map(|field| field.parse::<u32>().ok())
        .sum();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        spent: TICK * ticks?,
    })
}

fn with_descendants(processes: &BTreeMap<u32, Process>, root: u32) -> Duration {
    let own = processes
        .get(&root)
        .map_or(Duration::ZERO, |process| process.spent);
    let children = processes
        .iter()
        .filter(|(_, process)| process.parent == root);
    own + children
        .map(|(child, _)| with_descendants(processes, *child))
        .sum::<Duration>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_counts_with_what_it_started() {
        let stat = |pid: u32, parent: u32, times: &str| {
            (
                pid,
                process(&format!(
                    "{pid} (a) b) S {parent} 1 1 0 -1 0 0 0 0 0 {times} 20 0"
                )),
            )
        };
        let lines = [
            stat(7, 1, "100 20 3 1"),
            stat(8, 7, "10 0 0 0"),
            stat(9, 8, "1 0 0 0"),
            stat(10, 1, "500 0 0 0"),
        ];
        let table = lines
            .into_iter()
            .map(|(pid, process)| (pid, process.expect("a line of /proc")))
            .collect();
        assert_eq!(with_descendants(&table, 7), Duration::from_millis(1_350));
        assert_eq!(with_descendants(&table, 11), Duration::ZERO);
    }

    #[test]
    fn an_answer_takes_its_part() {
        let spent = Spent {
            server: Duration::from_secs(3),
            database: Duration::from_millis(500),
        };
        assert_eq!(spent.for_each(1_000), "3.00 + 0.50");
    }
}
