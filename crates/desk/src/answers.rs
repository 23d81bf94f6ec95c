//! One method of [`Desk`] for each row of the table of commands; those about sources, devices and phones stand in
//! files of their own.

mod backups;
mod closing;
mod displays;
mod exports;
mod history;
mod receipts;
mod sources;
mod statements;
mod terminals;

use crate::{
    Desk,
    api::{SetDoors, UiError},
    desk::now,
    error::AskFailure,
    settings::file,
    views::*,
};
use domain::{
    Currency, DayRule, Money,
    wire::{Answer, Doors, Request, Shop},
};
use qrcode::{Color, EcLevel, QrCode};

/// The longest name of a shop or a source, in characters.
const NAME_MAX: usize = 60;
/// The longest address from the internet.
const URL_MAX: usize = 500;
/// The largest test payment, in minor units: it is heard, so it should not frighten.
const TEST_MAX: i64 = crate::occasion::AMOUNT_MAX;
/// Half an hour.
const HALF_HOUR_MS: i64 = 30 * 60 * 1000;
/// Currencies to choose from, the most asked for first.
const CURRENCIES: &[&str] = &[
    "CNY", "USD", "EUR", "GBP", "HKD", "TWD", "MOP", "SGD", "MYR", "JPY", "KRW", "BRL", "INR",
    "MXN", "THB", "VND", "IDR", "PHP", "BDT", "AUD", "CAD", "NZD", "CHF", "SEK", "NOK", "DKK",
    "PLN", "CZK", "TRY", "ZAR", "AED", "SAR", "KWD", "BHD", "OMR", "EGP", "NGN", "KES", "ARS",
    "CLP", "COP", "PEN", "PKR", "LKR", "NPR", "MMK", "KHR",
];

impl Desk {
    /// What every page needs first: language, theme, shop.
    pub async fn app_info(&self) -> Result<AppInfo, UiError> {
        Ok(self.inner.info())
    }

    /// The cards on show now.
    pub async fn cards(&self) -> Result<CardsView, UiError> {
        Ok(self.inner.cards.change(|_, _| false))
    }

    /// One card goes.
    pub async fn dismiss_card(&self, req: CardId) -> Result<(), UiError> {
        self.inner.cards.change(|stack, _| stack.dismiss(req));
        Ok(())
    }

    /// The pointer is on the cards (they stay) or has left them.
    pub async fn hold_cards(&self, req: bool) -> Result<(), UiError> {
        self.inner.cards.change(|stack, tick| stack.hold(req, tick));
        Ok(())
    }

    /// The page has drawn the cards up to this revision: the time stands in the row, once.
    pub async fn cards_painted(&self, req: Painted) -> Result<(), UiError> {
        let at = now();
        self.inner.screen.painted(req);
        let lines = self.inner.cards.painted(req.revision);
        Ok(self.inner.ledger.mark_shown(lines, at).await?)
    }

    /// No voice for a while, or again.
    pub async fn mute(&self, req: Mute) -> Result<ListeningView, UiError> {
        let rule = self.inner.rule();
        let until = match req {
            Mute::Off => None,
            Mute::HalfHour => Some(now().plus_ms(HALF_HOUR_MS)),
            Mute::Tomorrow => rule
                .day_of(now())
                .plus_days(1)
                .map(|day| rule.start_of(day)),
        };
        self.inner.set_muted(until).await?;
        self.listening().await
    }

    /// Whether news is heard, from where, and since when not.
    pub async fn listening(&self) -> Result<ListeningView, UiError> {
        Ok(self.inner.show_listening())
    }

    /// All settings.
    pub async fn settings(&self) -> Result<Settings, UiError> {
        Ok(self.inner.state().settings.clone())
    }

    /// Saves all settings; answers what is in force now.
    pub async fn save_settings(&self, mut req: Settings) -> Result<Settings, UiError> {
        req.check()?;
        let _one_at_a_time = self.inner.saving.lock().await;
        // A page that was opened before the first start was done must not bring it back.
        req.first_start_done |= self.inner.state().settings.first_start_done;
        self.put_settings(req).await
    }

    async fn put_settings(&self, settings: Settings) -> Result<Settings, UiError> {
        let (data_dir, written) = (self.inner.config.data_dir.clone(), settings.clone());
        let saved = tokio::task::spawn_blocking(move || file::save(&data_dir, &written)).await;
        match saved {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(%error, "the settings could not be written");
                return Err(UiError::new("storage"));
            }
            Err(_) => return Err(UiError::new("internal")),
        }
        let before = {
            let mut state = self.inner.state();
            state.settings_lost = false;
            std::mem::replace(&mut state.settings, settings.clone())
        };
        self.inner
            .forget_pictures(&before.customer, &settings.customer);
        self.inner.show_all();
        self.inner.tray.notify_one();
        Ok(settings)
    }

    /// Changes the shop's name, currency, zone and cut-over hour.
    pub async fn set_shop(&self, req: Shop) -> Result<(), UiError> {
        let name = name(&req.name, "name")?;
        if DayRule::new(&req.day_rule.zone, 0).is_none() {
            return Err(UiError::invalid("zone"));
        }
        if req.day_rule.cutover_hour > 23 {
            return Err(UiError::invalid("cutover_hour"));
        }
        let shop = Shop { name, ..req };
        match self
            .inner
            .link
            .ask(Request::SetShop { shop: shop.clone() })
            .await?
        {
            Answer::Done => Ok(self.inner.set_shop(&shop).await?),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// The time zones and currencies to choose from, and this system's guess.
    pub async fn choices(&self) -> Result<Choices, UiError> {
        let config = &self.inner.config;
        let mut zones: Vec<String> = jiff::tz::db()
            .available()
            .map(|zone| zone.as_str().to_owned())
            .collect();
        zones.retain(|zone| {
            zone.contains('/')
                && !["posix/", "right/"]
                    .iter()
                    .any(|other| zone.starts_with(other))
        });
        zones.extend(["UTC".to_owned(), config.system_zone.clone()]);
        zones.sort_unstable();
        zones.dedup();
        let currencies = CURRENCIES.iter().filter_map(|code| Currency::new(code));
        Ok(Choices {
            zones,
            system_zone: config.system_zone.clone(),
            currencies: currencies
                .map(|c| CurrencyView {
                    code: c.code().to_owned(),
                    sign: c.sign().to_owned(),
                })
                .collect(),
            system_language: config.system_language,
        })
    }

    /// Where the doors for news can be reached.
    pub async fn doors(&self) -> Result<Doors, UiError> {
        self.ask_doors(Request::Doors).await
    }

    /// Opens or closes the doors to the local network.
    pub async fn set_doors(&self, req: SetDoors) -> Result<Doors, UiError> {
        let public_url = req
            .public_url
            .map(|url| url.trim().to_owned())
            .filter(|url| !url.is_empty());
        let good = |url: &String| {
            let host = url
                .strip_prefix("https://")
                .or_else(|| url.strip_prefix("http://"));
            url.len() <= URL_MAX
                && host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
                && !url.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        if public_url.as_ref().is_some_and(|url| !good(url)) {
            return Err(UiError::invalid("public_url"));
        }
        self.ask_doors(Request::SetDoors {
            lan: req.lan,
            public_url,
        })
        .await
    }

    async fn ask_doors(&self, request: Request) -> Result<Doors, UiError> {
        match self.inner.link.ask(request).await? {
            Answer::Doors { doors } => Ok(doors),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// The tray's test: one of whatever the shop counts in.
    pub async fn test_payment_of_one(&self) -> Result<(), UiError> {
        let own = self.own_currency().ok_or_else(|| UiError::new("offline"))?;
        match Money::parse("1", own) {
            Ok(one) => self.test_payment(one).await,
            Err(_) => Err(UiError::invalid("currency")),
        }
    }

    /// A test payment that goes the whole way.
    pub async fn test_payment(&self, req: Money) -> Result<(), UiError> {
        if !(1..=TEST_MAX).contains(&req.minor()) {
            return Err(UiError::invalid("amount"));
        }
        if self.own_currency().is_some_and(|own| own != req.currency()) {
            return Err(UiError::invalid("currency"));
        }
        match self
            .inner
            .link
            .ask(Request::TestPayment { amount: req })
            .await?
        {
            Answer::Done => Ok(()),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// The system's voices and whether one fits.
    pub async fn voices(&self) -> Result<VoicesView, UiError> {
        Ok(self.inner.announcer.voices().await)
    }

    /// Chime and a sentence now; answers what was found.
    pub async fn sound_check(&self) -> Result<SoundCheck, UiError> {
        Ok(self.inner.announcer.check().await)
    }

    /// The first start is done. The app closes the window.
    pub async fn finish_first_start(&self) -> Result<(), UiError> {
        let _one_at_a_time = self.inner.saving.lock().await;
        let settings = Settings {
            first_start_done: true,
            ..self.inner.state().settings.clone()
        };
        self.put_settings(settings).await.map(|_| ())
    }

    pub(crate) fn own_currency(&self) -> Option<Currency> {
        self.inner.state().shop.as_ref().map(|shop| shop.currency)
    }
}

/// A name as it is stored: not empty, not long, nothing hidden in it.
fn name(text: &str, field: &str) -> Result<String, UiError> {
    let clean = domain::payment::clean_text(text).filter(|text| text.chars().count() <= NAME_MAX);
    clean.ok_or_else(|| UiError::invalid(field))
}

/// A QR code's modules: rows of `0` and `1`. The page adds the quiet border.
pub(crate) fn qr(text: &str) -> Result<Vec<String>, UiError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|error| {
        tracing::error!(%error, length = text.len(), "no QR code can hold this");
        UiError::new("internal")
    })?;
    let module = |color: &Color| if *color == Color::Dark { '1' } else { '0' };
    Ok(code
        .to_colors()
        .chunks(code.width())
        .map(|row| row.iter().map(module).collect())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_a_square_with_its_three_corners() {
        let rows = qr("https://192.168.1.20:8787/n/abcdefghijklmnopqrstuvwxyz012345").unwrap();
        assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()));
        let side = rows.len();
        for (row, column) in [(0, 0), (0, side - 7), (side - 7, 0)] {
            assert_eq!(&rows[row][column..column + 7], "1111111");
            assert_eq!(&rows[row + 3][column..column + 7], "1011101");
        }
        assert!(qr(&"x".repeat(5000)).is_err());
    }

    #[test]
    fn names_are_cleaned_and_bounded() {
        assert_eq!(
            name("  李记\u{202e} 面馆 ", "name"),
            Ok("李记 面馆".to_owned())
        );
        assert_eq!(name(" \u{200b}", "name"), Err(UiError::invalid("name")));
        assert_eq!(
            name(&"长".repeat(61), "name"),
            Err(UiError::invalid("name"))
        );
    }
}
