//! Changing a source behind its door: what is left empty stays as it is, and old keys stay good beside new ones.

use crate::hub::usable_name;
use crate::shop::{Shop, Source};
use crate::{Hub, HubError};
use domain::source::PlatformKey;
use domain::wire::SourceForm;
use domain::{Secret, ShopId, SourceConfig, SourceId, SourceKind};
use std::sync::Arc;

/// So many of WeChat's keys are kept, the newest: it has two while it moves an account, and changes one in years.
const PLATFORM_KEYS_MAX: usize = 8;

impl Hub {
    /// Changes a source's name and settings; its door stays. See [`domain::wire::Request::UpdateSource`].
    pub async fn update_source(
        &self,
        shop: &ShopId,
        id: &SourceId,
        name: &str,
        config: SourceConfig,
    ) -> Result<(), HubError> {
        let shop = self.inner.directory.shop(shop)?;
        self.update_source_of(&shop, id, name, config).await
    }

    pub(crate) async fn update_source_of(
        &self,
        shop: &Shop,
        id: &SourceId,
        name: &str,
        config: SourceConfig,
    ) -> Result<(), HubError> {
        let inner = &self.inner;
        let name = usable_name(name)?;
        let _one_at_a_time = inner.directory.changing.lock().await;
        let source = self.changeable(shop, id)?;
        let config = merged(&source.config, config).ok_or_else(|| {
            invalid(
                "kind",
                "a source stays what it is: remove it and add another",
            )
        })?;
        if let Some(field) = sources::unusable_field(&config) {
            return Err(invalid(field, "it is empty or not of its form"));
        }
        let sealed = inner.sealed(&shop.id, id, &config)?;
        let other = config != source.config;
        if !inner
            .store
            .update_source(id.clone(), name.clone(), sealed, other)
            .await?
        {
            return Err(HubError::NotFound("source"));
        }
        if other {
            source.hearing().forget_refusals();
        }
        inner
            .directory
            .replace_source(Arc::new(source.changed(name, config)));
        shop.source_changed();
        tracing::info!(source.id = %id, source.kind = source.kind.as_str(), "changed a source");
        Ok(())
    }

    pub(crate) fn source_form(&self, shop: &Shop, id: &SourceId) -> Result<SourceForm, HubError> {
        let source = self.changeable(shop, id)?;
        Ok(SourceForm {
            id: source.id.clone(),
            name: source.name.clone(),
            config: blanked(&source.config),
        })
    }

    fn changeable(&self, shop: &Shop, id: &SourceId) -> Result<Arc<Source>, HubError> {
        let source = self.inner.directory.source(shop, id)?;
        if source.kind == SourceKind::Test {
            return Err(invalid("id", "the test source stays as it is"));
        }
        Ok(source)
    }
}

fn invalid(field: &'static str, reason: &str) -> HubError {
    HubError::Invalid {
        field,
        reason: reason.to_owned(),
    }
}

/// What is stored after `given` is entered over it; `None` when they are of two kinds.
fn merged(stored: &SourceConfig, given: SourceConfig) -> Option<SourceConfig> {
    use SourceConfig as Config;
    let mut config = given;
    match (&mut config, stored) {
        (
            Config::WechatV3 {
                api_v3_key: key,
                platform_keys: keys,
                ..
            },
            Config::WechatV3 {
                api_v3_key,
                platform_keys,
                ..
            },
        ) => {
            keep(key, api_v3_key);
            add_keys(keys, platform_keys);
        }
        (
            Config::WechatV2 {
                api_v2_key: key, ..
            },
            Config::WechatV2 { api_v2_key, .. },
        ) => {
            keep(key, api_v2_key);
        }
        (
            Config::Alipay {
                alipay_public_key: key,
                ..
            },
            Config::Alipay {
                alipay_public_key, ..
            },
        ) => {
            if key.trim().is_empty() {
                key.clone_from(alipay_public_key);
            }
        }
        (
            Config::Stripe {
                endpoint_secrets: secrets,
                ..
            },
            Config::Stripe {
                endpoint_secrets, ..
            },
        ) => roll(secrets, endpoint_secrets),
        (
            Config::Unionpay {
                ca_certificates: certificates,
                ..
            },
            Config::Unionpay {
                ca_certificates, ..
            },
        ) => {
            certificates.retain(|text| !text.trim().is_empty());
            if certificates.is_empty() {
                certificates.clone_from(ca_certificates);
            }
        }
        (Config::SmsForwarder { secret: given }, Config::SmsForwarder { secret })
        | (Config::Forwarder { secret: given }, Config::Forwarder { secret })
        | (Config::Vmq { key: given }, Config::Vmq { key: secret }) => keep(given, secret),
        _ => return None,
    }
    Some(config)
}

/// Keeps the stored secret where none was given.
fn keep(given: &mut Secret, stored: &Secret) {
    if is_blank(given) {
        given.clone_from(stored);
    }
}

fn is_blank(secret: &Secret) -> bool {
    secret.expose().trim().is_empty()
}

/// New keys stand before the stored ones; a stored one with the serial of a new one goes.
fn add_keys(given: &mut Vec<PlatformKey>, stored: &[PlatformKey]) {
    given.retain(|key| !key.pem.trim().is_empty());
    let new: Vec<String> = given.iter().flat_map(sources::serials).collect();
    let stays = |key: &&PlatformKey| !sources::serials(key).iter().any(|s| new.contains(s));
    let room = PLATFORM_KEYS_MAX.saturating_sub(given.len());
    given.extend(stored.iter().filter(stays).take(room).cloned());
}

/// One new secret stands before the newest stored one: while Stripe rolls, both sign. Several, or the newest stored
/// one itself, stand as they are: so the older one is forgotten.
fn roll(given: &mut Vec<Secret>, stored: &[Secret]) {
    given.retain(|secret| !is_blank(secret));
    match (given.as_slice(), stored) {
        ([], _) => *given = stored.to_vec(),
        ([new], [newest, ..]) if new.expose().trim() != newest.expose().trim() => {
            given.push(newest.clone());
        }
        _ => {}
    }
}

/// The settings without their secrets; of keys and certificates in lists only how many there are, and WeChat's
/// serials. Alipay's public key is no secret and stands as it was entered.
fn blanked(config: &SourceConfig) -> SourceConfig {
    let mut config = config.clone();
    match &mut config {
        SourceConfig::WechatV3 {
            api_v3_key,
            platform_keys,
            ..
        } => {
            *api_v3_key = Secret::default();
            for key in platform_keys {
                key.serial = sources::serials(key).pop().unwrap_or_default();
                key.pem.clear();
            }
        }
        SourceConfig::WechatV2 { api_v2_key, .. } => *api_v2_key = Secret::default(),
        SourceConfig::Alipay { .. } => {}
        SourceConfig::Stripe {
            endpoint_secrets, ..
        } => endpoint_secrets.fill(Secret::default()),
        SourceConfig::Unionpay {
            ca_certificates, ..
        } => ca_certificates.fill(String::new()),
        SourceConfig::SmsForwarder { secret }
        | SourceConfig::Forwarder { secret }
        | SourceConfig::Test { secret }
        | SourceConfig::Vmq { key: secret } => *secret = Secret::default(),
    }
    config
}

#[cfg(test)]
mod tests;
