//! A subscription that passed admission.
//!
//! Owns what is kept between its answers. Must not know by which transport they leave.

use std::sync::Arc;

use async_graphql::{Response, futures_util::stream::BoxStream};

use super::{exchange::OperationInfo, plan::Plan};
use crate::domain::vocabulary::Locale;

/// The answers of one subscription; [`Admission::next`](super::Admission::next) reads them.
pub struct ResponseStream {
    pub(super) stream: BoxStream<'static, Response>,
    pub(super) plan: Arc<Plan>,
    pub(super) request_id: String,
    pub(super) locale: Locale,
    pub(super) operation: Option<OperationInfo>,
}

impl ResponseStream {
    /// The operation that is answered.
    pub fn operation(&self) -> Option<&OperationInfo> {
        self.operation.as_ref()
    }
}

impl std::fmt::Debug for ResponseStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseStream")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
