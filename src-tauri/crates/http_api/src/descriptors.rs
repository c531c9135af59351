//! Open files: each connection is one, and the database, photos and the browser need theirs.

/// What everything else in the process is left.
const OTHERS: u64 = 256;

/// How many connections there is room for, of those that are wanted. Where the system gives a process few open files
/// (256 on macOS, 1,024 on most Linux), this one asks for as many as it may have.
pub(crate) fn room_for(connections: usize) -> usize {
    let wanted = connections as u64 + OTHERS;
    let room = raised_to(wanted).saturating_sub(OTHERS).max(OTHERS / 2);
    connections.min(usize::try_from(room).unwrap_or(usize::MAX))
}

/// The limit of open files, raised where it is below that and may be.
#[cfg(unix)]
fn raised_to(wanted: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    if now >= wanted {
        return now;
    }
    let more = wanted.min(limit.maximum.unwrap_or(u64::MAX));
    let raised = Rlimit {
        current: Some(more),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => more,
        Err(error) => {
            tracing::warn!(%error, now, "the limit of open files stays");
            now
        }
    }
}

/// Windows has no such limit.
#[cfg(not(unix))]
fn raised_to(_: u64) -> u64 {
    u64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_everything_else() {
        assert_eq!(room_for(8), 8, "few always fit");
        let most = room_for(usize::MAX / 2);
        assert!(most >= 128, "some always fit: {most}");
        #[cfg(unix)]
        {
            let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
            let open = limit.current.unwrap_or(u64::MAX);
            assert!(
                most as u64 <= open.saturating_sub(OTHERS).max(OTHERS / 2),
                "{most} of {open}"
            );
        }
    }
}
