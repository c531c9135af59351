//! The networks' files: where they are, whether they are the right ones, and how they are run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rten::{Model, RunOptions};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

/// A file that the analysis needs. What each is and where it comes from: `src-tauri/models/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelFile {
    /// Finds lines of text.
    TextDetection,
    /// Reads a line of text.
    TextRecognition,
    /// The characters that the reader knows.
    Characters,
    /// A photo as 1280 numbers that are close for alike things.
    Embedding,
}

impl ModelFile {
    /// All files.
    pub const ALL: [Self; 4] = [
        Self::TextDetection,
        Self::TextRecognition,
        Self::Characters,
        Self::Embedding,
    ];

    /// Its name in the folder of the models.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TextDetection => "ppocrv6_tiny_det.onnx",
            Self::TextRecognition => "ppocrv6_tiny_rec.onnx",
            Self::Characters => "ppocrv6_tiny_dict.txt",
            Self::Embedding => "efflite0_emb.onnx",
        }
    }

    /// Its size in bytes. A file of another size is another file, or a part of one.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::TextDetection => 1_780_590,
            Self::TextRecognition => 4_462_639,
            Self::Characters => 34_060,
            Self::Embedding => 13_489_120,
        }
    }
}

impl fmt::Display for ModelFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A network that cannot be used. The rest of the analysis works without it.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file is not there.
    #[error("the model file {file} is missing in {}", folder.display())]
    Missing {
        /// Which.
        file: ModelFile,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The file is there and is not the one that ships.
    #[error("the model file {file} is damaged: {problem}")]
    Damaged {
        /// Which.
        file: ModelFile,
        /// What is wrong with it.
        problem: String,
    },
    /// The network did not run on this input.
    #[error("the model {file} did not run: {problem}")]
    Failed {
        /// Which.
        file: ModelFile,
        /// What it said.
        problem: String,
    },
}

impl ModelError {
    /// The file that it is about.
    #[must_use]
    pub fn file(&self) -> ModelFile {
        match self {
            Self::Missing { file, .. } | Self::Damaged { file, .. } | Self::Failed { file, .. } => {
                *file
            }
        }
    }
}

/// The files that are not there or have another size, without reading any of them.
#[must_use]
pub fn not_usable(folder: &Path) -> Vec<ModelError> {
    let checked = ModelFile::ALL.into_iter().map(|file| check(folder, file));
    checked.filter_map(Result::err).collect()
}

/// Compares the size of a file of the models' folder.
fn check(folder: &Path, file: ModelFile) -> Result<(), ModelError> {
    let path = folder.join(file.name());
    let length = match fs_err::metadata(&path) {
        Ok(found) if found.is_file() => found.len(),
        _ => {
            return Err(ModelError::Missing {
                file,
                folder: folder.to_owned(),
            });
        }
    };
    if length != file.bytes() {
        return Err(ModelError::Damaged {
            file,
            problem: format!("it has {length} bytes instead of {}", file.bytes()),
        });
    }
    Ok(())
}

/// Reads a file of the models' folder whole, after its size was compared.
pub(crate) fn read(folder: &Path, file: ModelFile) -> Result<Vec<u8>, ModelError> {
    check(folder, file)?;
    fs_err::read(folder.join(file.name())).map_err(|error| ModelError::Damaged {
        file,
        problem: error.to_string(),
    })
}

/// Threads on which networks run.
#[derive(Clone)]
pub struct Threads(Arc<rten::ThreadPool>);

impl Threads {
    /// So many threads, at least one.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self(Arc::new(rten::ThreadPool::with_num_threads(count.max(1))))
    }

    /// As many as the machine can run at once.
    #[must_use]
    pub fn all() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }
}

/// A network with one input and one output of 32-bit numbers.
pub(crate) struct Network {
    file: ModelFile,
    model: Model,
    threads: Threads,
}

impl Network {
    pub(crate) fn open(
        folder: &Path,
        file: ModelFile,
        threads: &Threads,
    ) -> Result<Self, ModelError> {
        let model = Model::load(read(folder, file)?).map_err(|error| ModelError::Damaged {
            file,
            problem: error.to_string(),
        })?;
        Ok(Self {
            file,
            model,
            threads: threads.clone(),
        })
    }

    /// Runs on samples in planes (picture, channel, row, column) and gives an output of `N` sides.
    pub(crate) fn run<const N: usize>(
        &self,
        shape: [usize; 4],
        samples: Vec<f32>,
    ) -> Result<NdTensor<f32, N>, ModelError> {
        let failed = |problem: String| ModelError::Failed {
            file: self.file,
            problem,
        };
        let input = NdTensor::try_from_data(shape, samples)
            .map_err(|error| failed(format!("{error:?}")))?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads.0)));
        let output = self
            .model
            .run_one(input.view().into(), Some(options))
            .map_err(|error| failed(error.to_string()))?;
        output
            .try_into()
            .map_err(|_| failed(format!("its output has not {N} sides")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_cut_short_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = read(folder.path(), ModelFile::Embedding).unwrap_err();
        assert!(
            matches!(
                missing,
                ModelError::Missing {
                    file: ModelFile::Embedding,
                    ..
                }
            ),
            "{missing}"
        );
        assert!(
            missing.to_string().contains("efflite0_emb.onnx"),
            "the sentence names the file: {missing}"
        );
        assert_eq!(not_usable(folder.path()).len(), 4, "all are named");
        fs_err::write(folder.path().join(ModelFile::Characters.name()), "a\nb").unwrap();
        let cut = read(folder.path(), ModelFile::Characters).unwrap_err();
        assert!(
            matches!(
                cut,
                ModelError::Damaged {
                    file: ModelFile::Characters,
                    ..
                }
            ),
            "{cut}"
        );
    }

    #[test]
    fn bytes_that_are_no_network_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = ModelFile::TextDetection;
        fs_err::write(
            folder.path().join(file.name()),
            vec![7; file.bytes() as usize],
        )
        .unwrap();
        let Err(error) = Network::open(folder.path(), file, &Threads::new(1)) else {
            panic!("noise is no network");
        };
        assert!(matches!(error, ModelError::Damaged { .. }), "{error}");
    }
}
