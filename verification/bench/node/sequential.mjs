// Handles one message after another. A message that fails ends the batch, and the whole batch is redelivered.

import { invoke } from "./invoke.mjs";

export async function handler(event) {
  for (const record of event.Records) {
    await invoke(record);
  }
  return { batchItemFailures: [] };
}
