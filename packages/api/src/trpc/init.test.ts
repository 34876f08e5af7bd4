import { initTRPC } from "@trpc/server";
import { expect, test, vi } from "vitest";

// The patch of @trpc/server (patches/README.md): without it, each middleware copies its context property by property.
test("a call through a middleware copies objects natively", async () => {
  const t = initTRPC.context<{ user: string }>().create();
  const procedure = t.procedure.use(({ ctx, next }) => next({ ctx: { greeting: `Hello, ${ctx.user}` } }));
  const router = t.router({ greet: procedure.query(({ ctx }) => ctx) });
  const greet = t.createCallerFactory(router)({ user: "Ada" }).greet;
  const helpers = [vi.spyOn(Object, "getOwnPropertySymbols"), vi.spyOn(Object, "assign")];
  const answer = await greet();
  const calls = helpers.map(({ mock }) => mock.calls.length);
  for (const helper of helpers) helper.mockRestore();
  expect(calls).toEqual([0, 0]);
  expect(answer).toEqual({ user: "Ada", greeting: "Hello, Ada" });
});
