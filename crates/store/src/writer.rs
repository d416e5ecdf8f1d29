//! The store in somebody's hands: whatever is written carries who did it.

use std::fmt;
use std::sync::Arc;

use portreeve_types::{LoginName, UserName};

use crate::error::StoreError;
use crate::store::Store;
use crate::trail::{Call, Means, Origin, Originator};
use crate::write::Write;

/// The store, as somebody changes it. Only here are there methods that do, so that nothing changes without an origin;
/// whatever the store answers, this answers too. Cheap to make and to clone.
#[derive(Clone)]
pub struct Writer {
    store: Store,
    by: By,
}

/// In whose name a transaction writes. The origin is put into words when an entry is, not before.
#[derive(Clone)]
pub(crate) struct By {
    originator: Arc<dyn Originator>,
    call: Option<Call>,
}

impl By {
    pub(crate) fn new(originator: Arc<dyn Originator>) -> By {
        By { originator, call: None }
    }

    pub(crate) fn origin(&self) -> Origin {
        let origin = self.originator.origin();
        Origin { call: origin.call.or(self.call), ..origin }
    }

    /// The same client, once a link has said who it is.
    pub(crate) fn through_link(&self, who: LoginName, possessor: Option<UserName>) -> By {
        By::new(Arc::new(Origin { who: Some(who), possessor, means: Means::Link, ..self.origin() }))
    }
}

impl Store {
    /// The store in the hands of somebody.
    #[must_use]
    pub fn acting_for(&self, originator: Arc<dyn Originator>) -> Writer {
        Writer { store: self.clone(), by: By::new(originator) }
    }
}

impl Writer {
    /// The same, within a function's call.
    #[must_use]
    pub fn within(self, call: Call) -> Writer {
        Writer { by: By { call: Some(call), ..self.by }, ..self }
    }

    pub(crate) fn by(&self) -> &By {
        &self.by
    }

    /// Opens a writing transaction.
    pub(crate) async fn write(&self) -> Result<Write<'_>, StoreError> {
        Write::begin(self.store.inner(), &self.by).await
    }
}

impl std::ops::Deref for Writer {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("by", &self.by.origin()).finish_non_exhaustive()
    }
}
