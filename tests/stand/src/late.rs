//! A body that waits a moment before it comes.
use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::convert::Infallible;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// Whoever refuses a large body by its announced size closes the connection; what is written after that hides the answer
/// behind a reset. So a large body comes a little later than its head.
const LARGE: usize = 32 * 1024;
const MOMENT: Duration = Duration::from_millis(200);

/// A body of known size.
pub(crate) struct Late {
    data: Bytes,
    moment: Option<Pin<Box<Sleep>>>,
}

impl Late {
    pub(crate) fn new(data: Bytes) -> Late {
        let moment = (data.len() > LARGE).then(|| Box::pin(tokio::time::sleep(MOMENT)));
        Late { data, moment }
    }
}

impl Body for Late {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(moment) = &mut self.moment
            && moment.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        self.moment = None;
        let data = std::mem::take(&mut self.data);
        Poll::Ready((!data.is_empty()).then(|| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.len() as u64)
    }
}
