use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use serde::Serialize;

use super::protocol::{self, Answer, MAX_TEXT, Ready, VERSION};
use crate::pipeline::{self, Photo};
use crate::{Edit, ImageError, Limits, confine, platform};

/// The worker: reads files from standard input, answers with photos on standard output, and ends
/// when its input does. Confines itself before it reads the first file.
///
/// To be called as the first thing of `main` when the first argument is
/// [`crate::WORKER_ARG`]: before any thread, window or file.
///
/// It ends with a failure, without a word on standard error, when the other side does not keep to
/// the protocol or when its limits cannot be set: the parent reports both.
pub fn worker_main() -> ExitCode {
    // A panic is an answer here; its usual report would look for files and names of functions.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    match serve(&mut input, &mut output, pipeline::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(
    input: &mut impl Read,
    output: &mut impl Write,
    decode: impl Fn(&[u8], &Limits, &Edit, &mut dyn FnMut(&[u8])) -> Result<Photo, ImageError>,
) -> io::Result<()> {
    let Some(limits) = protocol::read_frame(input, MAX_TEXT)? else {
        return Ok(());
    };
    let limits: Limits = serde_json::from_slice(&limits)?;
    let isolation = confine(&limits)?;
    tell(
        output,
        &Ready {
            version: VERSION,
            isolation,
        },
    )?;
    serve_files(input, output, &limits, decode)
}

fn serve_files(
    input: &mut impl Read,
    output: &mut impl Write,
    limits: &Limits,
    decode: impl Fn(&[u8], &Limits, &Edit, &mut dyn FnMut(&[u8])) -> Result<Photo, ImageError>,
) -> io::Result<()> {
    while let Some(edit) = protocol::read_frame(input, MAX_TEXT)? {
        let edit: Edit = serde_json::from_slice(&edit)?;
        let Some(file) = protocol::read_frame(input, limits.max_bytes)? else {
            return Ok(());
        };
        platform::limit_cpu(limits.wall)?;
        let mut told = Ok(());
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            decode(&file, limits, &edit, &mut |thumb| {
                told = tell_thumb(output, thumb)
            })
        }));
        told?;
        match outcome {
            Ok(Ok(photo)) => {
                tell(output, &Answer::Photo(photo.facts))?;
                protocol::write_frame(output, &photo.jpeg)?;
            }
            Ok(Err(error)) => tell(output, &Answer::Refused(error))?,
            Err(_) => {
                // Whatever the decoder was in the middle of stays as it is: the next file gets
                // another worker.
                let error = ImageError::corrupt("the decoder gave up in the middle of it");
                return tell(output, &Answer::Refused(error));
            }
        }
    }
    Ok(())
}

fn tell(output: &mut impl Write, what: &impl Serialize) -> io::Result<()> {
    protocol::write_frame(output, &serde_json::to_vec(what)?)
}

fn tell_thumb(output: &mut impl Write, thumb: &[u8]) -> io::Result<()> {
    tell(output, &Answer::Thumb)?;
    protocol::write_frame(output, thumb)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "what is tested")]

    use super::*;

    #[test]
    fn a_panic_is_an_answer_and_the_end() {
        let mut input = Vec::new();
        for file in [b"first", b"again"] {
            let edit = serde_json::to_vec(&Edit::default()).expect("JSON");
            protocol::write_frame(&mut input, &edit).expect("written");
            protocol::write_frame(&mut input, file).expect("written");
        }
        let mut output = Vec::new();
        serve_files(
            &mut input.as_slice(),
            &mut output,
            &Limits::default(),
            |_, _, _, _| panic!("a decoder's own assertion"),
        )
        .expect("the worker ends in good order");

        let mut answers = output.as_slice();
        let answer = protocol::read_frame(&mut answers, MAX_TEXT).expect("read");
        let answer: Answer = serde_json::from_slice(&answer.expect("an answer")).expect("JSON");
        assert!(
            matches!(answer, Answer::Refused(ImageError::CorruptImage { .. })),
            "the file is called damaged: {answer:?}"
        );
        assert!(answers.is_empty(), "the second file gets another worker");
    }
}
