// Sends one Invoke to the isolated backend for one message, with the tenant id of the message.

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

// The number of messages in progress at a time, in the concurrent loop.
export const CONCURRENCY = 64;

// The SDK opens at most 50 connections by default.
const agent = { keepAlive: true, maxSockets: CONCURRENCY };
const client = new LambdaClient({ requestHandler: { httpAgent: agent, httpsAgent: agent } });

// Where a message has its tenant id. The published pattern reads a message attribute.
const tenantOf = {
  group: (record) => record.attributes.MessageGroupId,
  attribute: (record) => record.messageAttributes.tenantId.stringValue,
}[process.env.LOOP_TENANT ?? "group"];

export async function invoke(record) {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: "orders:live",
      TenantId: tenantOf(record),
      Payload: record.body,
    }),
  );
  if (answer.FunctionError) {
    throw new Error(`${answer.FunctionError}: ${answer.Payload.transformToString()}`);
  }
}
