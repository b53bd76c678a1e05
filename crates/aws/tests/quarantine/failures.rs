//! Tests failures of SQS, S3 and KMS: their records do not count as quarantined, the code says what to fix, and other
//! records are not affected.

use std::time::Duration;

use routing::ports::QuarantineAck;

use crate::common::{Reply, Request, Server, answer, error, quarantine};
use crate::{
    QUEUE, failed, large, messages_of, objects_of, refused, send, send_to, stored, taken, takes_all,
    with_bucket,
};

#[tokio::test]
async fn refused_batch_fails_all_of_its_records() {
    let server = Server::start([error(400, "AWS.SimpleQueueService.NonExistentQueue", "gone")]).await;
    let acks = send(&server, quarantine(QUEUE), &["a", "\u{0}", "c"]).await;
    let gone = failed("AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(acks, [gone.clone(), failed("InvalidMessageContents"), gone]);
}

#[tokio::test]
async fn denied_batch_and_unreadable_response_fail() {
    let server = Server::start([error(403, "AccessDeniedException", "no")]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["a"]).await, [failed("AccessDeniedException")]);
    let server = Server::start([answer(200, "{")]).await;
    assert_ne!(send(&server, quarantine(QUEUE), &["a"]).await, [QuarantineAck::Taken]);
}

#[tokio::test]
async fn transient_queue_failure_is_retried() {
    let server = Server::start([error(500, "InternalFailure", ""), Reply::Cut, taken(&["0"])]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["a"]).await, [QuarantineAck::Taken]);
    let bodies = messages_of(&server);
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn queue_failure_is_reported_by_its_code() {
    for (status, code, attempts) in [
        (400, "AWS.SimpleQueueService.NonExistentQueue", 1),
        (400, "QueueDoesNotExist", 1),
        (403, "AccessDeniedException", 1),
        (400, "KmsAccessDenied", 1),
        (400, "KmsDisabled", 1),
        // These are retried.
        (400, "ThrottlingException", 3),
        (400, "RequestThrottled", 3),
        (503, "ServiceUnavailable", 3),
    ] {
        let server = Server::start(vec![error(status, code, "no"); attempts]).await;
        assert_eq!(send(&server, quarantine(QUEUE), &["a", "b"]).await, vec![failed(code); 2]);
        assert_eq!(server.requests().len(), attempts, "{code}");
    }
}

#[tokio::test]
async fn bucket_failure_is_reported_by_its_code() {
    for (status, code) in [
        (404, "NoSuchBucket"),
        (403, "AccessDenied"),
        (400, "KMS.DisabledException"),
        (301, "PermanentRedirect"),
    ] {
        let server = Server::start([refused(status, code)]).await;
        let expected = failed(&format!("S3 {code}"));
        assert_eq!(send(&server, with_bucket(), &[&large()]).await, [expected]);
        server.only_request();
    }
}

#[tokio::test]
async fn transient_s3_failure_is_retried() {
    for moment in [refused(500, "InternalError"), refused(503, "SlowDown"), Reply::Cut, Reply::CutInBody] {
        let server = Server::start([moment, stored(), taken(&["0"])]).await;
        assert_eq!(send(&server, with_bucket(), &[&large()]).await, [QuarantineAck::Taken]);
        let objects = objects_of(&server);
        assert_eq!((&objects[0].path, &objects[0].body), (&objects[1].path, &objects[1].body));
    }
}

#[tokio::test]
async fn record_stays_with_source_after_three_s3_failures() {
    let server = Server::start(vec![refused(503, "SlowDown"); 3]).await;
    assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("S3 SlowDown")]);
    assert_eq!(objects_of(&server).len(), 3);
    let server = Server::start(vec![Reply::Cut; 3]).await;
    assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("S3 connection lost")]);
}

#[tokio::test]
async fn silent_s3_times_out_and_delays_no_other_record() {
    let choose = |request: &Request| if request.path == "/" { takes_all(request) } else { Reply::Silence };
    let mut server = Server::start(vec![Reply::By(choose); 4]).await;
    let url = server.url();
    let mut sending = tokio::spawn(async move { send_to(&url, with_bucket(), &[&large(), "b"]).await });
    // The message of the other record, and the first attempt to store the large one.
    server.arrival().await;
    server.arrival().await;
    assert_eq!(messages_of(&server).len(), 1, "the other record must not wait");
    for attempt in 0..3 {
        if attempt > 0 {
            tokio::select! {
                () = server.arrival() => {}
                _ = &mut sending => panic!("it ended after {attempt} attempts"),
            }
        }
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(5)).await;
        tokio::time::resume();
    }
    assert_eq!(sending.await.unwrap(), [failed("S3 timed out"), QuarantineAck::Taken]);
}

#[tokio::test]
async fn s3_error_text_never_becomes_a_code() {
    for body in ["<Error><Code>tenant blue said: no</Code></Error>", "<html>", "\u{0}"] {
        let server = Server::start([answer(403, body)]).await;
        assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("S3 HTTP 403")]);
    }
}
