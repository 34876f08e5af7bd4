import { createClient } from "@mdreader/client";
import { expect } from "vitest";

import { test } from "../../test/test.ts";

test("a public link with a password works until it is revoked", async ({
  createDocument,
  machine,
  served,
}) => {
  const { id: documentId } = await createDocument("Plan");
  const create = ["share", "create", documentId, "--expires", "14", "--password-stdin"];
  const url = (await machine.text(create, { stdin: "correct horse\n" })).trim();
  const token = /\/s\/([\w-]{43})$/.exec(url)?.[1] ?? "";
  const stranger = createClient({ url: served.url });
  const read = () => stranger.document.share.read.mutate({ token, password: "correct horse" });
  expect(await read()).toMatchObject({ title: "Plan" });
  const [share] = await machine.json<{ id: string; hint: string }[]>(["share", "list", documentId]);
  expect(share).toMatchObject({ hint: token.slice(-4), hasPassword: true });
  await machine.json(["share", "revoke", documentId, share?.id ?? ""]);
  await expect(read()).rejects.toThrow("Not found.");
});
