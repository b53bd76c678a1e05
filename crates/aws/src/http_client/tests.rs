use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, ready};

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use http_body::Frame;
use tokio::time::{Sleep, sleep};

use super::*;

/// How many bodies are being read now, and the most that were at once.
#[derive(Debug, Default)]
struct ReadCount {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// A body that takes a second to arrive.
struct SlowBody {
    arrival: Pin<Box<Sleep>>,
    begun: bool,
    reading: Arc<ReadCount>,
}

impl Body for SlowBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !std::mem::replace(&mut self.begun, true) {
            let now = self.reading.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.reading.most.fetch_max(now, Ordering::SeqCst);
        }
        ready!(self.arrival.as_mut().poll(context));
        Poll::Ready(None)
    }
}

impl Drop for SlowBody {
    fn drop(&mut self) {
        if self.begun {
            self.reading.now.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The most of thirty responses of this length that were read at once.
async fn most_at_once(length: Option<usize>) -> usize {
    let reading = Arc::new(ReadCount::default());
    let large_responses = Semaphore::new(LARGE_AT_A_TIME);
    let read = || {
        let body = SlowBody {
            arrival: Box::pin(sleep(Duration::from_secs(1))),
            begun: false,
            reading: Arc::clone(&reading),
        };
        let mut response = Response::new(body);
        if let Some(length) = length {
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        read_body(response, &large_responses)
    };
    let responses = join_all((0..30).map(|_| read())).await;
    assert!(responses.iter().all(Result::is_ok));
    reading.most.load(Ordering::SeqCst)
}

#[tokio::test(start_paused = true)]
async fn large_responses_are_read_a_few_at_a_time() {
    assert_eq!(most_at_once(Some(SMALL_BYTES + 1)).await, LARGE_AT_A_TIME);
}

#[tokio::test(start_paused = true)]
async fn response_without_a_length_counts_as_large() {
    assert_eq!(most_at_once(None).await, LARGE_AT_A_TIME);
}

#[tokio::test(start_paused = true)]
async fn small_responses_need_no_permit() {
    assert_eq!(most_at_once(Some(SMALL_BYTES)).await, 30);
}

/// How many requests exist when the task of the first connection runs.
async fn made_before_the_first_is_written(yield_once: impl AsyncFn()) -> usize {
    let (made, at_first_write) = (Arc::new(AtomicUsize::new(0)), Arc::new(OnceLock::new()));
    let send = async || {
        made.fetch_add(1, Ordering::SeqCst);
        let (made, at_first_write) = (made.clone(), at_first_write.clone());
        let connection =
            tokio::spawn(async move { *at_first_write.get_or_init(|| made.load(Ordering::SeqCst)) });
        join(connection, yield_once()).await
    };
    let mut sends: FuturesUnordered<_> = (0..64).map(|_| send()).collect();
    while sends.next().await.is_some() {}
    at_first_write.get().copied().unwrap_or_default()
}

#[tokio::test]
async fn first_request_is_written_before_others_are_made() {
    assert_eq!(made_before_the_first_is_written(async || ()).await, 64);
    assert_eq!(made_before_the_first_is_written(tokio::task::yield_now).await, 64);
    assert!(made_before_the_first_is_written(yield_once).await <= 2);
}
