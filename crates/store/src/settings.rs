//! Settings: policies that hold for the whole installation, as rows of name and text.

use std::sync::Arc;

use crate::change::Change;
use crate::error::StoreError;
use crate::policies::Policies;
use crate::store::Store;
use crate::trail::{InstallationEvent, Trail};
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

impl Store {
    /// A setting's text; none when it was never set.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let filled = self.models.settings.get(key, || async {
            let row = self.db.row("SELECT setting FROM settings WHERE name = $1", values![key]).await?;
            Ok(Some(row.map(|row| row.text("setting")).transpose()?))
        });
        Ok(filled.await?.flatten())
    }

    /// The settings that decide, read into their types.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn policies(&self) -> Result<Arc<Policies>, StoreError> {
        let filled = self.models.policies.get(&(), || async {
            let rows = self.db.rows("SELECT name, setting FROM settings", values![]).await?;
            let pair = |row: &crate::row::Row| Ok((row.text("name")?, row.text("setting")?));
            let settings = rows.iter().map(pair).collect::<Result<_, StoreError>>()?;
            Ok(Some(Arc::new(Policies::from_settings(&settings))))
        });
        Ok(filled.await?.unwrap_or_default())
    }
}

impl Writer {
    /// Sets a setting, for all nodes.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_setting(&self, key: &str, text: &str) -> Result<(), StoreError> {
        self.set_settings(&[(key, text)]).await
    }

    /// Sets settings, for all nodes: all of them or none.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_settings(&self, settings: &[(&str, &str)]) -> Result<(), StoreError> {
        // one order everywhere, so that of two writers none waits for the other
        let mut settings = settings.to_vec();
        settings.sort_by_key(|(key, _)| *key);
        let mut write = self.write().await?;
        let mut left = Vec::new();
        for (key, new) in settings {
            if let Some(old) = write.set_setting(key, new).await? {
                write.changed(Change::Setting(key.to_owned()));
                let (setting, new) = (key.to_owned(), new.to_owned());
                left.push(InstallationEvent::SettingChanged { setting, old: old.0, new });
            }
        }
        write.commit(left).await
    }

    /// Sets a setting that was never set. Answers whether it did.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn seed_setting(&self, key: &str, text: &str) -> Result<bool, StoreError> {
        let insert = "INSERT INTO settings (name, setting) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        let mut write = self.write().await?;
        let seeded = write.execute(insert, values![key, text]).await? > 0;
        write.changed(Change::Setting(key.to_owned()));
        let left = match seeded {
            true => {
                InstallationEvent::SettingChanged { setting: key.to_owned(), old: None, new: text.to_owned() }
                    .into()
            }
            false => Trail::nothing("it was set before"),
        };
        write.commit(left).await?;
        Ok(seeded)
    }
}

/// What a setting was before it was changed; none where it never was set.
struct Old(Option<String>);

impl Write<'_> {
    /// Sets a setting. Answers what it was, if that is something else.
    async fn set_setting(&mut self, key: &str, text: &str) -> Result<Option<Old>, StoreError> {
        let insert = "INSERT INTO settings (name, setting) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        if self.execute(insert, values![key, text]).await? > 0 {
            return Ok(Some(Old(None)));
        }
        // written to before it is read, so that of two changes the second reads what the first one wrote
        let hold = "UPDATE settings SET setting = setting WHERE name = $1 RETURNING setting";
        let held = self.row(hold, values![key]).await?;
        let old = held.map(|row| row.text("setting")).transpose()?;
        if old.as_deref() == Some(text) {
            return Ok(None);
        }
        self.execute("UPDATE settings SET setting = $2 WHERE name = $1", values![key, text]).await?;
        Ok(Some(Old(old)))
    }
}
