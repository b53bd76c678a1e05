"""Controls over what reaches whom, how much of it, and what is said of it."""

from scripts.security.control import Control
from scripts.security.proofs import Proof, rust

QUARANTINE = "crates/aws/src/quarantine/{}.rs"
REPLAY = "crates/tenantctl/src/quarantine/{}.rs"


def routing(target: str, name: str) -> Proof:
    return rust("routing", target, name)


def tenantctl(name: str) -> Proof:
    return rust("tenantctl", "--lib", name)


CONTROLS = [
    Control(
        "a record in another tenant's Invoke",
        "a sub-batch ends where the tenant does",
        "crates/routing/src/cut.rs",
        "Place::Lane(owner) if owner == lane)",
        "Place::Lane(_))",
        routing("behaviour", "a_group_that_several_tenants_share_is_sent_one_after_the_other"),
    ),
    Control(
        "a record in another tenant's Invoke",
        "every tenant has a lane of its own",
        "crates/routing/src/roster.rs",
        "roster.tenants.len() - 1",
        "0",
        routing("behaviour", "one_invoke_carries_one_tenants_records_byte_for_byte"),
    ),
    Control(
        "answers for others' records",
        "an identifier of another sub-batch is refused",
        "crates/sources/src/partial_batch.rs",
        "positions.get(id.as_ref()).ok_or(UnusableAnswer::Foreign)?",
        "positions.get(id.as_ref()).into_iter().flatten()",
        routing("behaviour", "a_foreign_identifier_retries_its_sub_batch_only"),
    ),
    Control(
        "records made to vanish",
        "nothing is settled without a receipt",
        "crates/routing/src/ledger.rs",
        "vec![Entry::Retry(Cause::NotStarted); records]",
        "vec![Entry::Settled(Settlement::Answered); records]",
        routing("--lib", "every_entry_is_born_retry"),
    ),
    Control(
        "records made to vanish",
        "a rejected record is settled once the quarantine has it",
        "crates/routing/src/desk.rs",
        "Some(Acknowledgement::Taken) => {",
        "Some(_) => {",
        routing("behaviour", "rejected_and_not_quarantined_is_retried"),
    ),
    Control(
        "records made to vanish",
        "a record that is rejected again is no repetition",
        QUARANTINE.format("fifo"),
        "rejected.record.event_id(), rejected.request_id]",
        "rejected.record.event_id()]",
        rust("aws", "--lib", "a_record_has_one_name_in_an_invocation_and_another_in_the_next_one_and_in_another_source"),
    ),
    Control(
        "records made to vanish",
        "a replay deletes only what was certainly taken",
        REPLAY.format("handing"),
        "Answer::Unknown(why) => Err(Left::MaybeSent(why)),",
        "Answer::Unknown(_) => Ok(Acknowledged { handle: self.handle }),",
        tenantctl("nothing_is_deleted_that_was_not_taken_whatever_is_answered"),
    ),
    Control(
        "oversize and costly records",
        "a record that no Invoke carries is rejected",
        "crates/routing/src/admission.rs",
        "if bytes > policy.max_payload_bytes() {",
        "if false {",
        routing("behaviour", "a_record_that_no_invoke_can_carry_is_too_large_and_one_byte_less_is_not"),
    ),
    Control(
        "oversize and costly records",
        "few large answers are read at a time",
        "crates/aws/src/wire.rs",
        "const LARGE_AT_A_TIME: usize = 4;",
        "const LARGE_AT_A_TIME: usize = 400;",
        rust("aws", "--lib", "large_answers_are_read_a_few_at_a_time_and_all_of_them_are_read"),
    ),
    Control(
        "KPL bombs",
        "the room for unpacked records is bounded",
        "crates/sources/src/kinesis.rs",
        "if bytes > self.room {",
        "if false {",
        rust("sources", "kinesis", "aggregates_that_would_fill_the_memory_are_put_off_and_one_that_never_fits_is_too_large"),
    ),
    Control(
        "quarantine poisoned",
        "what SQS refuses in an attribute is escaped",
        QUARANTINE.format("message"),
        "permitted(text?)",
        "text?",
        rust("aws", "--lib", "an_attribute_that_sqs_would_refuse_is_escaped"),
    ),
    Control(
        "quarantine poisoned",
        "a body that SQS refuses goes another way",
        QUARANTINE.format("message"),
        "if !self.body.chars().all(is_permitted) {",
        "if false {",
        rust("aws", "quarantine", "a_record_that_sqs_would_refuse_does_not_take_the_others_with_it"),
    ),
    Control(
        "quarantine poisoned",
        "a record that the queue cannot hold is not sent",
        QUARANTINE.format("message"),
        "if self.len() > max_bytes {",
        "if false {",
        rust("aws", "quarantine", "a_record_above_the_limit_fails_without_a_call"),
    ),
    Control(
        "quarantine poisoned",
        "the value that gave offence is cut",
        "crates/tenancy/src/rejection.rs",
        "if text.len() > LONGEST_OFFENDING {",
        "if false {",
        rust("tenancy", "--lib", "a_value_of_just_the_longest_length_is_whole_and_a_longer_one_is_cut_and_marked"),
    ),
    Control(
        "quarantine poisoned",
        "no name of a source leads to another place of the bucket",
        QUARANTINE.format("bucket"),
        "!kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())",
        "!kind.is_empty()",
        rust("aws", "--lib", "what_does_not_name_its_source_is_of_another_kind"),
    ),
    Control(
        "quarantine poisoned",
        "no record acts on the operator's terminal",
        REPLAY.format("text"),
        "if character.is_control()",
        "if false",
        tenantctl("nothing_that_a_terminal_would_act_on_is_shown"),
    ),
    Control(
        "noisy neighbour",
        "lanes are served in turn",
        "crates/routing/src/lanes.rs",
        "self.ring.push_back(slot);",
        "self.ring.push_front(slot);",
        routing("behaviour", "a_small_tenant_does_not_wait_behind_a_flood"),
    ),
    Control(
        "noisy neighbour",
        "a tenant's Invokes are bounded",
        "crates/routing/src/lanes.rs",
        "&& lane.running < self.limits.per_tenant",
        "",
        routing("behaviour", "per_tenant_bounds_each_tenant"),
    ),
    Control(
        "noisy neighbour",
        "a tenant that stays throttled is rested",
        "crates/routing/src/desk.rs",
        "failures < MAX_TRIES",
        "failures < 1000 * MAX_TRIES",
        routing("behaviour", "a_tenant_throttled_again_and_again_is_rested_and_others_are_not_held_up"),
    ),
    Control(
        "noisy neighbour",
        "a broken backend stops its own tenants only",
        "crates/routing/src/lanes/over.rs",
        "Halted::Backend => self.tenants[lane].admitted.backend() == backend,",
        "Halted::Backend => true,",
        routing("behaviour", "a_backend_that_is_not_set_up_stops_its_own_tenants_only"),
    ),
    Control(
        "what is handed in again",
        "what no bridge sent is nobody's",
        "crates/sources/src/bridged.rs",
        "None => Self::stranger(message, message_id),",
        "None => Record::new(body, message_id),",
        rust("sources", "kinesis", "what_no_bridge_sent_is_undecodable_and_stays_whole"),
    ),
    Control(
        "what is handed in again",
        "a record goes back only to the queue that the message beside it names too",
        REPLAY.format("replay/plan"),
        "None => check_source(&sqs, origin.source)?,",
        "None => {}",
        tenantctl("a_record_goes_back_only_where_it_and_the_message_name_one_queue_and_a_function_sent_it"),
    ),
    Control(
        "what is handed in again",
        "an object that was exchanged is not replayed",
        REPLAY.format("stored"),
        "if !hex(&Sha256::digest(&bytes)).eq_ignore_ascii_case(&pointer.sha256) {",
        "if false {",
        tenantctl("only_the_object_that_was_stored_is_used"),
    ),
    Control(
        "secrets in logs",
        "a tenant id does not print itself",
        "crates/tenancy/src/tenant_id.rs",
        'out.write_str("TenantId(…)")',
        "out.write_str(&self.0)",
        rust("tenancy", "--lib", "debug_output_keeps_the_value_to_itself"),
    ),
    Control(
        "secrets in logs",
        "an error's code is a code and no text",
        "crates/aws/src/classify/mod.rs",
        "code.filter(|code| is_code(code))",
        "code",
        rust("aws", "--lib", "an_answer_without_a_code_goes_by_its_status"),
    ),
]
