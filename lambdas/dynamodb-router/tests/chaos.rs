//! The real `dynamodb-router` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED`
//! and `CHAOS_ROUNDS` are the crate `chaos`'s.

use chaos::{Source, run_rounds};

#[test]
fn a_stream_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    run_rounds(Source::DynamoDb, env!("CARGO_BIN_EXE_dynamodb-router"), 2);
}
