//! What of a record fits into an answer.

use super::run::Run;
use crate::results::ends;

/// How many bytes of JSON all outputs of a record have together at most, and all commands.
const OUTPUTS: usize = 10_000;
const COMMANDS: usize = 4_000;
const VARIABLES: usize = 3_000;
/// How many artifacts are shown; `list_artifacts` tells all.
const ARTIFACTS: usize = 10;

/// The record with its long parts shortened: of outputs the head and the tail are kept, the log has all.
pub(super) fn short(mut run: Run) -> Run {
    let streams = run.steps.len().max(1) * 2;
    for step in &mut run.steps {
        step.stdout = ends(&step.stdout, OUTPUTS / streams);
        step.stderr = ends(&step.stderr, OUTPUTS / streams);
        // The same words are in `commands`.
        step.command = ends(&step.command, COMMANDS / 2 / (streams / 2));
    }
    let commands = run.commands.len().max(1);
    for command in &mut run.commands {
        *command = ends(command, COMMANDS / 2 / commands);
    }
    let variables = run.environment.len().max(1);
    run.environment = run
        .environment
        .into_iter()
        .map(|(name, value)| (name, ends(&value, VARIABLES / variables)))
        .collect();
    run.artifacts.truncate(ARTIFACTS);
    run.notes = run.notes.iter().take(5).map(|note| ends(note, 300)).collect();
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{Artifact, Spec, Step};
    use crate::sandbox::Ended;

    #[test]
    fn the_longest_record_fits_into_an_answer() {
        let nasty = "\u{1}é\"".repeat(4000);
        let spec = Spec {
            commands: vec![nasty.clone(); 50],
            env: (0..64).map(|number| (format!("VARIABLE_{number}"), nasty.clone())).collect(),
            intent: "\u{1}".repeat(500),
            tags: vec!["\u{1}".repeat(64); 16],
            ..Spec::default()
        };
        let mut run = Run::queued("j".repeat(128), "default".into(), "local".into(), &spec).unwrap();
        let step = Step {
            command: nasty.clone(),
            exit_code: Some(1),
            ended: Ended::Exited,
            stdout: nasty.clone(),
            stderr: nasty.clone(),
            duration_seconds: 1.234_567,
        };
        run.steps = vec![step; 50];
        run.artifacts =
            vec![Artifact { name: "a".repeat(250), size_bytes: u64::MAX, sha256: "0".repeat(64) }; 1000];
        run.notes = vec![nasty; 20];
        let text = serde_json::to_string(&short(run)).unwrap();
        // Beside the structured result stands its text, which the SDK makes of the same facts.
        assert!(text.len() < 45_000, "{}", text.len());
    }
}
