//! Steps of a command that can be named and chosen: `--list`, `--only STEP`.

use anyhow::{Result, bail};

/// What a command may be asked to run alone.
pub(crate) trait Step {
    /// The word on the command line.
    fn name(&self) -> &'static str;
    /// What it shows, in a line.
    fn what(&self) -> &'static str;
}

/// The options that choose steps.
#[derive(clap::Args)]
pub(crate) struct Choice {
    /// Run this step only; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Name the steps and stop.
    #[arg(long)]
    list: bool,
}

impl Choice {
    /// The steps to run, all where none is named; none after they were listed for the person.
    ///
    /// # Errors
    /// A name that no step has: running nothing would look like success.
    pub(crate) fn of<'a, S: Step>(&self, steps: &'a [S], command: &str) -> Result<Vec<&'a S>> {
        if self.list {
            for step in steps {
                println!("{:10} {}", step.name(), step.what());
            }
            return Ok(Vec::new());
        }
        if let Some(unknown) = self
            .only
            .iter()
            .find(|name| !steps.iter().any(|step| step.name() == **name))
        {
            bail!("There is no step `{unknown}`. `cargo xtask {command} --list` names the steps.");
        }
        let wanted =
            |step: &&S| self.only.is_empty() || self.only.iter().any(|name| name == step.name());
        Ok(steps.iter().filter(wanted).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(&'static str);

    impl Step for Named {
        fn name(&self) -> &'static str {
            self.0
        }

        fn what(&self) -> &'static str {
            ""
        }
    }

    #[test]
    fn named_steps_are_run_and_a_misspelt_one_is_refused() {
        let steps = [Named("clippy"), Named("deny")];
        let of = |only: &[&str]| {
            let choice = Choice {
                only: only.iter().map(ToString::to_string).collect(),
                list: false,
            };
            let chosen = choice.of(&steps, "test");
            chosen.map(|steps| steps.iter().map(|s| s.name()).collect::<Vec<_>>())
        };
        assert_eq!(
            of(&[]).unwrap(),
            ["clippy", "deny"],
            "no choice: every step"
        );
        assert_eq!(of(&["deny"]).unwrap(), ["deny"]);
        assert!(
            of(&["clipy"]).is_err(),
            "running nothing would look like success"
        );
    }
}
