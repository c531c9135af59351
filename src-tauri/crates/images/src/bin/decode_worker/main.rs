//! The decode worker on its own, for this crate's tests.

fn main() -> std::process::ExitCode {
    images::worker_main()
}
