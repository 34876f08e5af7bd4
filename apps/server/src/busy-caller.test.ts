import { expect, test } from "vitest";

import { createPlainClient, register } from "../test/calls.ts";
import { serve } from "../test/serve.ts";

test("many queries of one user do not delay those of others", async () => {
  await using served = await serve();
  const busy = await register(served);
  const other = await register(served);
  const { id: workspaceId } = await busy.api.workspace.create.mutate({ name: "W" });
  const content = "x".repeat(500_000);
  const { id } = await busy.api.document.create.mutate({ workspaceId, title: "D", content });
  const api = createPlainClient(served, busy.accessToken);
  let answered = 0;
  const count = 150;
  const all = Array.from({ length: count }, async () => {
    await api.document.get.query({ id });
    answered += 1;
  });
  await Promise.race(all);
  const before = answered;
  await other.api.auth.me.query();
  const answeredMeanwhile = answered - before;
  await Promise.all(all);
  expect(answeredMeanwhile).toBeLessThan(count / 3);
});
