//! Out of the door: payments as files, closings as documents.

use crate::{
    Desk,
    api::UiError,
    exports::{ExportWish, Exported, PdfWish},
};

impl Desk {
    /// Where files go that nobody put elsewhere.
    pub async fn export_folder(&self) -> Result<String, UiError> {
        Ok(self.inner.export_folder().to_string_lossy().into_owned())
    }

    /// Writes payments into a file; pages are told how far it is.
    pub async fn export_payments(&self, req: ExportWish) -> Result<Exported, UiError> {
        self.inner.export(req).await
    }

    /// Stops the export that is under way: nothing of it is left.
    pub async fn stop_export(&self) -> Result<(), UiError> {
        self.inner.exports.stop();
        Ok(())
    }

    /// Writes a closing, or a day as it stands, as a PDF.
    pub async fn closing_pdf(&self, req: PdfWish) -> Result<Exported, UiError> {
        self.inner.export_pdf(req).await
    }

    /// Shows a file that was written in its folder.
    pub async fn show_file(&self, req: String) -> Result<(), UiError> {
        self.inner.show_exported(&req)
    }
}
