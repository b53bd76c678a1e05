// One message after the other: one that fails ends the batch, and all of it comes again.

import { invoke } from "./invoke.mjs";

export async function handler(event) {
  for (const record of event.Records) {
    await invoke(record);
  }
  return { batchItemFailures: [] };
}
