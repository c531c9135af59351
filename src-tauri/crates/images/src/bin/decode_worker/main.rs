//! The decode worker on its own, and what tries its walls: for this crate's tests.

#[cfg(target_os = "linux")]
mod probes;

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(code) = probes::run_if_asked() {
        return code;
    }
    images::worker_main()
}
