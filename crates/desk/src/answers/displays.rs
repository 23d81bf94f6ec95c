//! The commands about customer displays, and about the amount that the customer is shown.

use super::TEST_MAX;
use crate::{
    Desk,
    api::UiError,
    displays::{preview, test},
    occasion::Bill,
    plugged::Finders,
    settings::displays::DisplaySetup,
    views::*,
};
use devices::display::{CodePage, CommandSet, Display, words::Language};
use domain::{Currency, Money};

impl Desk {
    /// Looks for devices in this way instead of asking the system. For tests; before the desk runs.
    pub fn finds_devices_by(&self, finders: Finders) {
        self.inner.plugged.set_finders(finders);
    }

    /// What is plugged in, and how the devices are that are in use.
    pub async fn devices(&self) -> Result<DevicesView, UiError> {
        Ok(self.inner.look_for_devices(false).await)
    }

    /// Looks for Bluetooth Low Energy devices too, for some seconds.
    pub async fn look_for_bluetooth(&self) -> Result<DevicesView, UiError> {
        Ok(self.inner.look_for_devices(true).await)
    }

    /// What can be chosen for a customer display.
    pub async fn display_choices(&self) -> Result<DisplayChoices, UiError> {
        let set = |set: CommandSet| CommandSetView {
            set,
            name: set.name().to_owned(),
            ability: set.ability(),
            dims: set.dims(),
            most_rows: u8::try_from(set.most_rows()).unwrap_or(u8::MAX),
            display: Display::preset(set),
            line: set.line(),
        };
        let language = |language: Language| DisplayLanguage {
            language,
            words: language.words(),
        };
        Ok(DisplayChoices {
            sets: CommandSet::ALL.into_iter().map(set).collect(),
            pages: CodePage::ALL.to_vec(),
            languages: Language::all().map(language).collect(),
        })
    }

    /// What a display would show, read back from the bytes that it would be sent.
    pub async fn preview_display(&self, req: DisplayTry) -> Result<DisplayPreview, UiError> {
        if let Some(field) = req.setup.fault_of_look() {
            return Err(UiError::invalid(field));
        }
        Ok(preview(&self.inner, &req, self.sample_currency()))
    }

    /// Shows a sample on the real device, also before it is saved; answers how it took it.
    pub async fn test_display(&self, req: DisplaySetup) -> Result<TestedDevice, UiError> {
        if let Some(field) = req.fault() {
            return Err(UiError::invalid(field));
        }
        let address = req
            .port()
            .ok_or_else(|| UiError::invalid("displays.address"))?;
        Ok(test(&self.inner, &req, address, self.sample_currency()).await)
    }

    /// Each display in use shows its number and name for some seconds.
    pub async fn blink_displays(&self) -> Result<(), UiError> {
        self.inner.displays.show_numbers();
        Ok(())
    }

    /// Shows the customer an amount to pay, or takes it away.
    pub async fn show_amount(&self, req: Option<Money>) -> Result<(), UiError> {
        if let Some(amount) = req {
            if !(1..=TEST_MAX).contains(&amount.minor()) {
                return Err(UiError::invalid("amount"));
            }
            if self
                .own_currency()
                .is_some_and(|own| own != amount.currency())
            {
                return Err(UiError::invalid("currency"));
            }
        }
        self.inner.occasions.ask(req.map(Bill::from));
        Ok(())
    }

    /// Shows the customer what was bought, line by line, and the sum to pay; answers what stands there now.
    pub async fn show_order(&self, req: Vec<OrderItem>) -> Result<ShownAmount, UiError> {
        let bill = Bill::of(req, self.own_currency()).map_err(UiError::invalid)?;
        let shown = bill.shown(None);
        self.inner.occasions.ask(Some(bill));
        Ok(shown)
    }

    /// The customer gives so much cash for what is shown: the change is shown instead, and answered.
    pub async fn take_cash(&self, req: Money) -> Result<ShownAmount, UiError> {
        let taken = self.inner.occasions.take_cash(req);
        taken.map_err(UiError::invalid)
    }

    /// What the customer is shown to pay, and has not paid yet, or to get back.
    pub async fn shown_amount(&self) -> Result<Option<ShownAmount>, UiError> {
        Ok(self.inner.occasions.standing())
    }

    /// The shop's currency; before it is known, some other, since only samples are counted in it.
    fn sample_currency(&self) -> Currency {
        self.own_currency().unwrap_or(Currency::CNY)
    }
}
