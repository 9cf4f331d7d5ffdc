//! Work of the store on a thread of its own: it is finished, whether or not whoever sent a form waits for the answer.

use crate::store::StoreError;

/// Does a piece of work to its end.
pub(super) async fn apart<T, Work>(begin: impl FnOnce() -> Work + Send + 'static) -> Result<T, StoreError>
where
    T: Send + 'static,
    Work: Future<Output = T>,
{
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || runtime.block_on(begin())).await;
    done.map_err(|cut| StoreError::Refused(format!("a change was cut off: {cut}")))
}
