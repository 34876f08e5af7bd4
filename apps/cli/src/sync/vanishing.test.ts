import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import { nothing, unattended } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";
import { synchronize } from "./sync-pass.ts";

/** A file that is larger than what is read before the upload. */
const large = Buffer.alloc(17 * 1024 * 1024);

test.for([
  ["before it is opened", "opening", Buffer.from("small")],
  ["before it is read", "reading", large],
  ["while it is sent", "sending", large],
] as const)(
  "a file that vanishes %s is not retried, and the others are sent",
  async ([, moment, bytes], { createPair, createClientThrough, openSynced }) => {
    const pair = await createPair({ "a.md": "a\n" });
    await writeFile(join(pair.folder, "backup.bin"), bytes);
    await writeFile(join(pair.folder, "picture.png"), "png");
    const vanishAt = (reached: string) =>
      reached === moment ? rm(join(pair.folder, "backup.bin"), { force: true }) : Promise.resolve();
    const sent: number[] = [];
    const through = await createClientThrough(async (input, init) => {
      if (init?.method === "PUT" && init.body instanceof Blob) {
        sent.push(init.body.size);
        if (init.body.size > 3) await vanishAt("sending");
      }
      return fetch(input, init);
    });
    const opened = await openSynced(pair.folder, through);
    const open = async (path: string) => {
      await vanishAt("opening");
      const blob = await opened.disk.open(path);
      await vanishAt("reading");
      return blob;
    };
    const { report } = await synchronize({ ...opened, disk: { ...opened.disk, open } }, unattended);
    expect(report).toMatchObject({ sent: { ...nothing, created: 1 }, received: nothing, failed: [] });
    expect(sent.filter((size) => size > 3)).toHaveLength(moment === "sending" ? 1 : 0);
    expect(await pair.filePaths()).toEqual(["picture.png"]);
  },
);
