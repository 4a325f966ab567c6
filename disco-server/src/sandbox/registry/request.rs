//! A wish for a new sandbox, and the record that comes of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DEFAULT, Registry, Settings};
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::sandbox::limits::LimitsWish;
use crate::sandbox::network::Network;
use crate::sandbox::store::{BASE, Record};
use crate::sandbox::template::Template;

/// The backend of a sandbox whose creator names an image and no backend.
const DOCKER: &str = "docker";

/// A wish for a new sandbox.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CreateRequest {
    /// A name for people to read; need not be unique.
    pub name: Option<String>,
    /// What it is made after; `base` if absent.
    pub template: Option<String>,
    /// The snapshot that its files come from, with the settings of the sandbox that it was made of; nothing is set up.
    pub snapshot_id: Option<String>,
    /// The image that its root is, in the place of the template's; `docker` is the backend that has images.
    pub image: Option<String>,
    /// How commands are isolated, for instance `local`; as the settings say if absent.
    pub backend: Option<String>,
    /// What it may take; each bound at most the server's own, which holds where nothing is said.
    pub limits: LimitsWish,
    /// What its commands can reach.
    pub network: Option<Network>,
    /// Variables for every command in it.
    pub env: BTreeMap<String, String>,
    /// After how many seconds it is removed, 10 to 86400 unless the server allows more; 0: never.
    pub ttl_s: Option<u64>,
    /// After how many seconds without use it is removed; 0: never.
    pub idle_s: Option<u64>,
}

impl CreateRequest {
    /// The backend that it asks for, or else the one of the settings.
    fn backend<'a>(&'a self, standard: &'a str) -> &'a str {
        let with_images = self.image.as_ref().map(|_| DOCKER);
        self.backend.as_deref().or(with_images).unwrap_or(standard)
    }
}

impl Registry {
    /// Refuses an image that may not be named, or is not there.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `IMAGE_NOT_FOUND`, `DOCKER_UNAVAILABLE`.
    pub async fn check_image(&self, request: &CreateRequest) -> Result<()> {
        match &request.image {
            Some(image) => {
                self.backend(request.backend(&self.settings.life.backend))?.check_image(image).await
            }
            None => Ok(()),
        }
    }

    /// The record of a new sandbox: what is wished for, and beside it what the template says.
    pub(in crate::sandbox) fn wish(&self, request: CreateRequest, template: &Template) -> Result<Record> {
        let Settings { life, limits, clock, .. } = &self.settings;
        let id = random::name("sbx")?;
        let workspace = absolute(&self.settings.workspaces().join(&id))?;
        let backend = self.backend(request.backend(&life.backend))?;
        let network = request.network.unwrap_or_else(|| template.network.clone());
        backend.check_network(&network)?;
        let ttl_s = seconds("ttl_s", request.ttl_s, life.ttl_s, life.max_ttl_s)?;
        let expires = |ttl| (clock.now() + Duration::from_secs(ttl)).as_secs() + 1;
        let mut env = template.env.clone();
        env.extend(request.env);
        Ok(Record {
            created_at: clock.now().as_secs(),
            name: request.name,
            env,
            network,
            template: template.name.clone(),
            image: request.image.or_else(|| template.image.clone()),
            root: template.root.clone(),
            expires_at: ttl_s.map(expires),
            idle_s: seconds("idle_s", request.idle_s, life.idle_s, life.max_idle_s)?,
            ..Record::new(id, backend.name(), workspace, limits.with(&request.limits.or(&template.limits))?)
        })
    }

    /// The record of the sandbox that is always there.
    pub(super) fn default_record(&self) -> Result<Record> {
        let base = self.templates.find(BASE)?;
        let workspace = absolute(&self.settings.workspace)?;
        let record = self.wish(CreateRequest::default(), base)?;
        Ok(Record { id: DEFAULT.to_owned(), workspace, expires_at: None, idle_s: None, ..record })
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Error::from_io(&path.display().to_string(), &error))
}

/// The shortest life that can be wished for, in seconds, and the longest where the settings name none.
const SHORTEST: u64 = 10;
const LONGEST: u64 = 86_400;

/// A time of a life: what is wished for, or else the default, at most `most`; in all of them 0 is for ever, and as
/// `most` it lets anybody wish for that, or for a day.
fn seconds(name: &str, wish: Option<u64>, default: u64, most: u64) -> Result<Option<u64>> {
    let Some(value) = wish else {
        let default = if most > 0 && (default == 0 || default > most) { most } else { default };
        return Ok((default > 0).then_some(default));
    };
    let (least, longest) = if most > 0 { (SHORTEST.min(most), most) } else { (SHORTEST, LONGEST) };
    let is_for_ever = value == 0 && most == 0;
    if !is_for_ever && !(least..=longest).contains(&value) {
        let or_never = if most == 0 { ", or 0 for never" } else { "" };
        let what = format!("`{name}` is {value}, but must be {least} to {longest}{or_never}");
        return Err(Error::new(ErrorCode::InvalidArgument, what)
            .suggest("choose a value in this range, or leave it out"));
    }
    Ok((value > 0).then_some(value))
}
