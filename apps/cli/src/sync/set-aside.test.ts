import { expect } from "vitest";

import { unattended } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";
import { asidePrefix, toBaseName } from "./names.ts";
import { synchronize } from "./sync-pass.ts";

test("a file set aside is not treated as deleted if another file takes its target path", async ({
  createPair,
  client,
  openSynced,
}) => {
  const pair = await createPair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
  const [a, b] = [await pair.document("a"), await pair.document("b")];
  await client.document.update.mutate({ id: a.id, title: "between" });
  await client.document.update.mutate({ id: b.id, title: "a" });
  await client.document.update.mutate({ id: a.id, title: "b" });

  const opened = await openSynced(pair.folder);
  const { disk } = opened;
  let isWritten = false;
  const move = async (from: string, to: string) => {
    const isBack = toBaseName(from).startsWith(asidePrefix) && !isWritten;
    if (isBack) {
      isWritten = true;
      await pair.write(to, "written just now\n");
    }
    await disk.move(from, to);
  };
  const { report, stoppedBy } = await synchronize({ ...opened, disk: { ...disk, move } }, unattended);
  expect({ stoppedBy, failed: report.failed, isWritten }).toEqual({
    stoppedBy: null,
    failed: [],
    isWritten: true,
  });
  expect(await pair.trash()).toEqual([]);
  expect(await client.document.get.query({ id: a.id })).toMatchObject({ content: "a\n" });
  expect(await client.document.get.query({ id: b.id })).toMatchObject({ content: "b\n" });
});
