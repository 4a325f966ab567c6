//! Where a job runs: in a sandbox that is there, or in one of its own.

use super::Jobs;
use super::run::{CleanupStatus, Run, Spec};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{CreateRequest, Handle};

/// The word for a sandbox that is made when the job begins.
const NEW: &str = "new";
/// How much longer than its job a sandbox of its own may be there, in seconds: the server may have ended meanwhile.
const GRACE: u64 = 600;

/// The sandbox's id and backend, as far as they are known before the job begins.
pub(super) async fn named(jobs: &Jobs, spec: &Spec) -> Result<(String, String)> {
    match (&spec.template, &spec.sandbox_id) {
        (None, id) => {
            let info = jobs.inner.sandboxes.get(id.as_deref()).await?.info;
            Ok((info.sandbox_id, info.backend))
        }
        (Some(template), None) => {
            jobs.inner.sandboxes.template(template).await?;
            Ok((NEW.to_owned(), NEW.to_owned()))
        }
        (Some(_), Some(_)) => {
            let what = "`sandbox_id` and `template` are both given, but a job has one sandbox";
            Err(Error::new(ErrorCode::InvalidArgument, what).suggest("leave one of them out"))
        }
    }
}

/// Opens the sandbox; makes it first, if it is to be the job's own.
pub(super) async fn enter(jobs: &Jobs, spec: &Spec, run: &mut Run) -> Result<Handle> {
    let sandboxes = &jobs.inner.sandboxes;
    if let Some(template) = &spec.template {
        let request = CreateRequest {
            name: Some(run.job_id.clone()),
            template: Some(template.clone()),
            ttl_s: Some(spec.timeout + GRACE),
            ..CreateRequest::default()
        };
        let made = sandboxes.create(request).await?;
        (run.sandbox_id, run.backend) = (made.sandbox_id, made.backend);
        return sandboxes.get(Some(&run.sandbox_id)).await;
    }
    sandboxes.get(spec.sandbox_id.as_deref()).await
}

/// Deletes a sandbox of its own.
pub(super) async fn leave(jobs: &Jobs, run: &mut Run) {
    if run.template.is_none() || run.sandbox_id == NEW {
        return;
    }
    run.cleanup_status = Some(match jobs.inner.sandboxes.delete(&run.sandbox_id).await {
        Ok(_) => CleanupStatus::Destroyed,
        Err(error) => {
            run.notes.push(format!("its sandbox could not be deleted: {}", error.message));
            CleanupStatus::Leaked
        }
    });
}
