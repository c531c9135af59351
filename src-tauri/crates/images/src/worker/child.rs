use std::io::{self, Read, Write};
use std::process::ExitCode;

use super::protocol::{self, Answer, MAX_TEXT, READY};
use crate::{Limits, pipeline, platform};

/// The worker: reads files from standard input, answers with photos on standard output, and ends
/// when its input does. Confines itself before it reads the first file.
///
/// To be called as the first thing of `main` when the first argument is
/// [`crate::WORKER_ARG`]: before any thread, window or file.
///
/// It ends with a failure, without a word on standard error, when the other side does not keep to
/// the protocol or when it cannot be confined: the parent reports both.
pub fn worker_main() -> ExitCode {
    match serve(&mut io::stdin().lock(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let Some(limits) = protocol::read_frame(input, MAX_TEXT)? else {
        return Ok(());
    };
    let limits: Limits = serde_json::from_slice(&limits)?;
    platform::confine(limits.memory)?;
    protocol::write_frame(output, READY)?;

    while let Some(file) = protocol::read_frame(input, limits.max_bytes)? {
        platform::limit_cpu(limits.wall)?;
        match pipeline::run(&file, &limits) {
            Ok(photo) => {
                let answer = Answer::Photo(photo.facts);
                protocol::write_frame(output, &serde_json::to_vec(&answer)?)?;
                protocol::write_frame(output, &photo.jpeg)?;
                protocol::write_frame(output, &photo.thumb)?;
            }
            Err(error) => {
                let answer = Answer::Refused(error);
                protocol::write_frame(output, &serde_json::to_vec(&answer)?)?;
            }
        }
    }
    Ok(())
}
