//! The machine's clocks.

use std::time::Duration;

use app::ports::{Reading, Steady};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Time and identifiers of the machine.
pub(crate) struct SystemClock {
    boot: String,
    #[cfg(not(unix))]
    began: std::time::Instant,
}

impl SystemClock {
    /// The clock of this process; `process` stands for the run of the machine where that has no name here.
    pub(crate) fn of(process: Uuid) -> Self {
        Self {
            boot: machine_boot().unwrap_or_else(|| process.to_string()),
            #[cfg(not(unix))]
            began: std::time::Instant::now(),
        }
    }

    /// Linux: since the boot, sleep included. macOS: the same clock is called monotonic.
    #[cfg(unix)]
    fn since(&self) -> Duration {
        use rustix::time::{ClockId, clock_gettime};
        #[cfg(target_os = "linux")]
        let clock = ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let clock = ClockId::Monotonic;
        let time = clock_gettime(clock);
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or_default(),
            u32::try_from(time.tv_nsec).unwrap_or_default(),
        )
    }

    /// Windows: the performance counter behind it goes on while the machine sleeps.
    #[cfg(not(unix))]
    fn since(&self) -> Duration {
        self.began.elapsed()
    }
}

/// New at every start of the machine; only Linux says it in a file.
fn machine_boot() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let id = fs_err::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let id = id.trim();
    (!id.is_empty() && id.len() <= 64).then(|| id.to_owned())
}

impl app::ports::Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn reading(&self) -> Reading {
        Reading {
            steady: Some(Steady {
                boot: self.boot.clone(),
                since: self.since(),
            }),
            wall: Utc::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use app::ports::Clock;

    use super::*;

    #[test]
    fn the_steady_clock_goes_on_and_names_one_boot() {
        let clock = SystemClock::of(Uuid::from_u128(1));
        let (one, two) = (clock.reading(), clock.reading());
        let (one, two) = (one.steady.unwrap(), two.steady.unwrap());
        assert_eq!(one.boot, two.boot, "one run of the machine has one name");
        assert!(two.since >= one.since, "a steady clock never goes back");
    }
}
