// Many messages at a time: one that fails comes again by itself.

import { AT_ONCE, invoke } from "./invoke.mjs";

export async function handler(event) {
  const waiting = event.Records.values();
  const batchItemFailures = [];
  const worker = async () => {
    // The workers share one iterator: each takes the next message when it is done with its last.
    for (const record of waiting) {
      try {
        await invoke(record);
      } catch (error) {
        console.error(record.messageId, error);
        batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { batchItemFailures };
}
