//! Where a job runs: in a sandbox that is there, or in one of its own.

use super::Jobs;
use super::run::{CleanupStatus, Run, Spec};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{CreateRequest, Handle};

/// The word for a sandbox that is made when the job begins.
const NEW: &str = "new";
/// How much longer than its job a sandbox of its own may be there, in seconds: the server may have ended meanwhile.
const GRACE: u64 = 600;

/// What is known of a job's sandbox before the job begins.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) sandbox: String,
    pub(super) backend: String,
    pub(super) image: Option<String>,
}

/// Finds the sandbox, or sees that one can be made.
pub(super) async fn named(jobs: &Jobs, spec: &Spec) -> Result<Named> {
    let sandboxes = &jobs.inner.sandboxes;
    if let (None, id) = (own(spec), &spec.sandbox_id) {
        let info = sandboxes.get(id.as_deref()).await?.info;
        return Ok(Named { sandbox: info.sandbox_id, backend: info.backend, image: info.image });
    }
    let given = [("sandbox_id", &spec.sandbox_id), ("template", &spec.template), ("image", &spec.image)];
    let given: Vec<_> = given.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| *name).collect();
    if let [one, other, ..] = given[..] {
        let what = format!("`{one}` and `{other}` are both given, but a job has one sandbox");
        return Err(Error::new(ErrorCode::InvalidArgument, what).suggest("leave one of them out"));
    }
    if let Some(template) = &spec.template {
        sandboxes.template(template).await?;
    }
    sandboxes.check_image(&own(spec).unwrap_or_default()).await?;
    Ok(Named { sandbox: NEW.to_owned(), backend: NEW.to_owned(), image: spec.image.clone() })
}

/// The wish for a sandbox of its own, if it is to have one.
fn own(spec: &Spec) -> Option<CreateRequest> {
    let Spec { template, image, timeout, .. } = spec;
    (template.is_some() || image.is_some()).then(|| CreateRequest {
        template: template.clone(),
        image: image.clone(),
        ttl_s: Some(timeout + GRACE),
        ..CreateRequest::default()
    })
}

/// Opens the sandbox; makes it first, if it is to be the job's own.
pub(super) async fn enter(jobs: &Jobs, spec: &Spec, run: &mut Run) -> Result<Handle> {
    let sandboxes = &jobs.inner.sandboxes;
    if let Some(own) = own(spec) {
        let made = sandboxes.create(CreateRequest { name: Some(run.job_id.clone()), ..own }).await?;
        (run.sandbox_id, run.backend) = (made.sandbox_id, made.backend);
        return sandboxes.get(Some(&run.sandbox_id)).await;
    }
    sandboxes.get(spec.sandbox_id.as_deref()).await
}

/// Deletes a sandbox of its own.
pub(super) async fn leave(jobs: &Jobs, spec: &Spec, run: &mut Run) {
    if own(spec).is_none() || run.sandbox_id == NEW {
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
