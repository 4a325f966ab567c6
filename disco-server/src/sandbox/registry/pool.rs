//! Sandboxes that are prepared before anybody asks for them.
//!
//! Those of a template with files or commands wait here for the next who wants one, so that nobody waits for its
//! setup. A template is in use from its first sandbox on. Each has a claimed record: the next start of the server
//! removes it when this process dies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::request::CreateRequest;
use super::{Registry, SandboxInfo, Source, whole};
use crate::error::Result;
use crate::sandbox::store::Record;
use crate::sandbox::template::Template;

/// Those that wait, by template and backend.
#[derive(Debug, Default)]
pub(super) struct Pool {
    waiting: Mutex<HashMap<(String, String), Vec<Record>>>,
    /// How many want to refill it.
    refills: watch::Sender<usize>,
    /// One does at a time.
    refilling: tokio::sync::Mutex<()>,
}

impl Pool {
    fn waiting(&self) -> MutexGuard<'_, HashMap<(String, String), Vec<Record>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, record: &Record) -> Option<Record> {
        self.waiting().get_mut(&key(record))?.pop()
    }

    fn put(&self, record: Record) {
        self.waiting().entry(key(&record)).or_default().push(record);
    }

    fn count(&self, record: &Record) -> usize {
        self.waiting().get(&key(record)).map_or(0, Vec::len)
    }
}

fn key(record: &Record) -> (String, String) {
    (record.template.clone(), record.backend.clone())
}

impl Registry {
    /// How many are prepared for whoever wants one.
    #[must_use]
    pub fn waiting_in_pool(&self) -> usize {
        self.pool.waiting().values().map(Vec::len).sum()
    }

    /// Gives a prepared sandbox to whoever wants `record`; `None` if there is none.
    pub(super) async fn from_pool(
        self: &Arc<Self>,
        record: &Record,
        template: &Arc<Template>,
    ) -> Result<Option<SandboxInfo>> {
        if self.settings.life.pool == 0 || !template.has_setup() {
            return Ok(None);
        }
        let as_prepared = self.wish(
            CreateRequest { backend: Some(record.backend.clone()), ..CreateRequest::default() },
            template,
        )?;
        let is_alike = record.env == as_prepared.env
            && record.limits == as_prepared.limits
            && record.image == as_prepared.image
            && record.network == as_prepared.network;
        let prepared = if is_alike { self.pool.take(record) } else { None };
        let (registry, kept, template) = (self.clone(), as_prepared, template.clone());
        self.pool.refills.send_modify(|refills| *refills += 1);
        tokio::spawn(async move {
            registry.refill(kept, template).await;
            registry.pool.refills.send_modify(|refills| *refills -= 1);
        });
        let Some(prepared) = prepared else { return Ok(None) };
        let record = Record { id: prepared.id, workspace: prepared.workspace, ..record.clone() };
        let registry = self.clone();
        whole(async move {
            let most = registry.settings.max_sandboxes;
            if registry.records.release_from_pool(&record, most).await? {
                registry.news.notify_one();
                return Ok(Some(SandboxInfo::from(&record)));
            }
            registry.discard(&record).await?;
            Err(super::too_many(most))
        })
        .await
    }

    /// Waits until nothing is being prepared.
    pub async fn prepared(&self) {
        let mut waiting = self.pool.refills.subscribe();
        // The sender is this registry's own, so it is there.
        let _ = waiting.wait_for(|refills| *refills == 0).await;
    }

    /// Prepares as many as the settings say. What fails is not tried again before somebody wants one.
    async fn refill(&self, like: Record, template: Arc<Template>) {
        let _turn = self.pool.refilling.lock().await;
        while self.pool.count(&like) < self.settings.life.pool {
            if let Err(error) = self.prepare(&template, &like.backend).await {
                tracing::warn!("no sandbox of the template `{}` can be prepared: {error}", template.name);
                return;
            }
        }
    }

    async fn prepare(&self, template: &Arc<Template>, backend: &str) -> Result<()> {
        let request = CreateRequest { backend: Some(backend.to_owned()), ..CreateRequest::default() };
        let record = self.wish(request, template)?;
        self.hidden(&record).await?;
        if let Err(error) = self.build(&record, &Source::Template(template.clone())).await {
            self.discard(&record).await.ok();
            return Err(error);
        }
        // Whoever gets it opens it with limits and a name of its own.
        self.close(&record.id).await;
        self.pool.put(record);
        Ok(())
    }
}
