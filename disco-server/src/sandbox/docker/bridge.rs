//! The network of sandboxes that may reach the internet: a bridge on which containers do not see each other.

use std::collections::HashMap;

use bollard::models::NetworkCreateRequest;

use super::engine::{is_gone, refused};
use super::labels;
use crate::error::Result;

/// The engine's name for it. There is one for each data folder, and it stays.
pub(super) async fn find_or_make(api: &bollard::Docker, owner: &str) -> Result<String> {
    let name = format!("disco-{owner}");
    match api.inspect_network(&name, None).await {
        Ok(_) => return Ok(name),
        Err(error) if is_gone(&error) => {}
        Err(error) => return Err(refused("the network cannot be looked at", &error)),
    }
    let wish = NetworkCreateRequest {
        name: name.clone(),
        driver: Some("bridge".to_owned()),
        labels: Some(HashMap::from([(labels::OWNER.to_owned(), owner.to_owned())])),
        options: Some(HashMap::from([(
            "com.docker.network.bridge.enable_icc".to_owned(),
            "false".to_owned(),
        )])),
        ..NetworkCreateRequest::default()
    };
    match api.create_network(wish).await {
        // Another server has been faster.
        Err(error) if !is_gone(&error) => Err(refused("the network cannot be made", &error)),
        _ => Ok(name),
    }
}
