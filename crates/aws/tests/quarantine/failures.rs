//! What becomes of records when SQS, S3 or a key fails: they are never taken for quarantined, the code says what to
//! mend, and whatever does not depend on what failed goes on.

use std::time::Duration;

use routing::ports::QuarantineAck;

use crate::common::{Reply, Request, Server, answer, error, quarantine};
use crate::{
    QUEUE, failed, large, messages_of, objects_of, refused, send, send_to, stored, taken, takes_all,
    with_bucket,
};

#[tokio::test]
async fn a_refused_batch_is_a_failure_of_every_record_that_was_in_it() {
    let server = Server::start([error(400, "AWS.SimpleQueueService.NonExistentQueue", "gone")]).await;
    let acknowledgements = send(&server, quarantine(QUEUE), &["a", "\u{0}", "c"]).await;
    let gone = failed("AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(acknowledgements, [gone.clone(), failed("InvalidMessageContents"), gone]);
}

#[tokio::test]
async fn a_denied_batch_and_an_unreadable_answer_are_failures() {
    let server = Server::start([error(403, "AccessDeniedException", "no")]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["a"]).await, [failed("AccessDeniedException")]);
    let server = Server::start([answer(200, "{")]).await;
    assert_ne!(send(&server, quarantine(QUEUE), &["a"]).await, [QuarantineAck::Taken]);
}

#[tokio::test]
async fn a_queue_that_fails_for_a_moment_is_asked_again() {
    let server = Server::start([error(500, "InternalFailure", ""), Reply::Cut, taken(&["0"])]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["a"]).await, [QuarantineAck::Taken]);
    let bodies = messages_of(&server);
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn a_queue_that_is_gone_denied_throttled_or_without_its_key_is_told_by_its_code() {
    for (status, code, attempts) in [
        (400, "AWS.SimpleQueueService.NonExistentQueue", 1),
        (400, "QueueDoesNotExist", 1),
        (403, "AccessDeniedException", 1),
        (400, "KmsAccessDenied", 1),
        (400, "KmsDisabled", 1),
        // It is tried again.
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
async fn a_bucket_that_is_gone_denied_or_without_its_key_is_told_by_its_code() {
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
async fn what_s3_may_have_or_may_take_in_a_moment_is_put_there_again() {
    for moment in [refused(500, "InternalError"), refused(503, "SlowDown"), Reply::Cut, Reply::CutInBody] {
        let server = Server::start([moment, stored(), taken(&["0"])]).await;
        assert_eq!(send(&server, with_bucket(), &[&large()]).await, [QuarantineAck::Taken]);
        let objects = objects_of(&server);
        assert_eq!((&objects[0].path, &objects[0].body), (&objects[1].path, &objects[1].body));
    }
}

#[tokio::test]
async fn after_three_failures_of_s3_the_record_stays_with_its_source_and_nothing_points_to_it() {
    let server = Server::start(vec![refused(503, "SlowDown"); 3]).await;
    assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("S3 SlowDown")]);
    assert_eq!(objects_of(&server).len(), 3);
    let server = Server::start(vec![Reply::Cut; 3]).await;
    assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("S3 connection lost")]);
}

#[tokio::test]
async fn an_s3_that_never_answers_is_given_up_and_holds_up_nobody_meanwhile() {
    let judge = |request: &Request| if request.path == "/" { takes_all(request) } else { Reply::Silence };
    let mut server = Server::start(vec![Reply::By(judge); 4]).await;
    let url = server.url();
    let mut sending = tokio::spawn(async move { send_to(&url, with_bucket(), &[&large(), "b"]).await });
    // The message, and the first attempt.
    server.arrival().await;
    server.arrival().await;
    assert_eq!(messages_of(&server).len(), 1, "the other record is on its way at once");
    for attempt in 0..3 {
        if attempt > 0 {
            tokio::select! {
                () = server.arrival() => {}
                _ = &mut sending => panic!("given up after {attempt} attempts"),
            }
        }
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(5)).await;
        tokio::time::resume();
    }
    assert_eq!(sending.await.unwrap(), [failed("S3 timed out"), QuarantineAck::Taken]);
}

#[tokio::test]
async fn no_answer_of_s3_puts_words_of_its_own_into_the_logs() {
    for body in ["<Error><Code>tenant blue said: no</Code></Error>", "<html>", "\u{0}"] {
        let server = Server::start([answer(403, body)]).await;
        assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("S3 HTTP 403")]);
    }
}
