// Handles many messages at a time. A message that fails is redelivered alone.

import { CONCURRENCY, invoke } from "./invoke.mjs";

export async function handler(event) {
  const waiting = event.Records.values();
  const batchItemFailures = [];
  const worker = async () => {
    // The workers share one iterator, and each takes the next message after its last one.
    for (const record of waiting) {
      try {
        await invoke(record);
      } catch (error) {
        console.error(record.messageId, error);
        batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { batchItemFailures };
}
