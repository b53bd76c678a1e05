//! Answers of the backend in memory: a few large ones at a time, however many Invokes are under way.
//!
//! The SDK reads each answer whole. Lambda lets a function answer up to 6 MB, so a hundred talkative backends at once
//! would take the router's memory, and with it the receipts of everybody else's records.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Answers up to this many bytes are read at once. A partial batch response that names every record of a usual
/// sub-batch stays below.
const SMALL_BYTES: u64 = 128 * 1024;

/// Larger ones are read so many at a time.
const LARGE_AT_A_TIME: usize = 4;

/// A connector whose large answers wait for their turn to be read.
#[derive(Debug)]
pub(crate) struct BoundedAnswers {
    inner: SharedHttpConnector,
    turns: Arc<Semaphore>,
}

impl BoundedAnswers {
    pub(crate) fn new(inner: SharedHttpConnector) -> Self {
        Self { inner, turns: Arc::new(Semaphore::new(LARGE_AT_A_TIME)) }
    }
}

impl HttpConnector for BoundedAnswers {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answering, turns) = (self.inner.call(request), Arc::clone(&self.turns));
        HttpConnectorFuture::new(async move {
            let response = answering.await?;
            let length =
                response.headers().get("content-length").and_then(|length| length.parse::<u64>().ok());
            Ok(match length {
                Some(length) if length <= SMALL_BYTES => response,
                // An answer that does not say how large it is may be large.
                _ => response.map(|body| SdkBody::from_body_1_x(InTurn::new(body, Arc::clone(&turns)))),
            })
        })
    }
}

type Turn = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send + Sync>>;

/// A body that is not read before its turn, which it keeps until it is read or given up.
struct InTurn {
    body: SdkBody,
    state: State,
}

enum State {
    Waiting(Turn),
    Reading { _turn: Option<OwnedSemaphorePermit> },
}

impl InTurn {
    fn new(body: SdkBody, turns: Arc<Semaphore>) -> Self {
        Self { body, state: State::Waiting(Box::pin(turns.acquire_owned())) }
    }
}

impl Body for InTurn {
    type Data = <SdkBody as Body>::Data;
    type Error = <SdkBody as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let State::Waiting(turn) = &mut self.state {
            // The semaphore is never closed; if it were, the answer is better read than lost.
            let turn = ready!(turn.as_mut().poll(context)).ok();
            self.state = State::Reading { _turn: turn };
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::http::StatusCode;
    use tokio::time::{Sleep, sleep};

    use super::*;

    /// How many answers are being read, and the most that were at once.
    #[derive(Debug, Default)]
    struct Reading {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    /// An answer that takes a second to arrive.
    struct Slow {
        arrival: Pin<Box<Sleep>>,
        begun: bool,
        reading: Arc<Reading>,
    }

    impl Body for Slow {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<bytes::Bytes>, Self::Error>>> {
            if !std::mem::replace(&mut self.begun, true) {
                let now = self.reading.now.fetch_add(1, Ordering::SeqCst) + 1;
                self.reading.most.fetch_max(now, Ordering::SeqCst);
            }
            ready!(self.arrival.as_mut().poll(context));
            Poll::Ready(None)
        }
    }

    impl Drop for Slow {
        fn drop(&mut self) {
            if self.begun {
                self.reading.now.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }

    /// Answers everything alike.
    #[derive(Debug)]
    struct Answering {
        length: Option<u64>,
        reading: Arc<Reading>,
    }

    impl HttpConnector for Answering {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let arrival = Box::pin(sleep(Duration::from_secs(1)));
            let body = Slow { arrival, begun: false, reading: Arc::clone(&self.reading) };
            let ok = StatusCode::try_from(200).unwrap();
            let mut response = HttpResponse::new(ok, SdkBody::from_body_1_x(body));
            if let Some(length) = self.length {
                response.headers_mut().insert("content-length", length.to_string());
            }
            HttpConnectorFuture::ready(Ok(response))
        }
    }

    /// The most of thirty answers of this length that were read at once.
    async fn most_at_once(length: Option<u64>) -> usize {
        tokio::time::pause();
        let reading = Arc::new(Reading::default());
        let inner = Answering { length, reading: Arc::clone(&reading) };
        let connector = BoundedAnswers::new(SharedHttpConnector::new(inner));
        let tasks: Vec<_> = (0..30)
            .map(|_| {
                let answer = connector.call(HttpRequest::empty());
                tokio::spawn(async move {
                    let mut body = answer.await.unwrap().into_body();
                    while std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context))
                        .await
                        .is_some()
                    {}
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        reading.most.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn large_answers_are_read_a_few_at_a_time_and_all_of_them_are_read() {
        assert_eq!(most_at_once(Some(SMALL_BYTES + 1)).await, LARGE_AT_A_TIME);
    }

    #[tokio::test]
    async fn an_answer_that_does_not_tell_its_length_counts_as_large() {
        assert_eq!(most_at_once(None).await, LARGE_AT_A_TIME);
    }

    #[tokio::test]
    async fn small_answers_wait_for_nobody() {
        assert_eq!(most_at_once(Some(SMALL_BYTES)).await, 30);
    }
}
