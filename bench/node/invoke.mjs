// One Invoke of the isolated backend for one message, as its tenant.

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

// Messages under way at a time, where there are several.
export const AT_ONCE = 64;

// The SDK itself makes 50 connections at most.
const agent = { keepAlive: true, maxSockets: AT_ONCE };
const client = new LambdaClient({ requestHandler: { httpAgent: agent, httpsAgent: agent } });

export async function invoke(record) {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: "orders:live",
      TenantId: record.attributes.MessageGroupId,
      Payload: record.body,
    }),
  );
  if (answer.FunctionError) {
    throw new Error(`${answer.FunctionError}: ${answer.Payload.transformToString()}`);
  }
}
