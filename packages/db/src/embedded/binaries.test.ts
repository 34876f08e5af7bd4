import { access, constants } from "node:fs/promises";

import { expect, it } from "vitest";

import { EmbeddedPostgresUnavailable, findBinaries } from "./binaries.ts";

it("finds programs that can be run on this platform", async () => {
  for (const path of Object.values(await findBinaries())) await access(path, constants.X_OK);
});

it("says what to do on a platform that has none", async () => {
  const attempt = findBinaries("amiga-m68k");
  await expect(attempt).rejects.toThrow(EmbeddedPostgresUnavailable);
  await expect(attempt).rejects.toThrow(/amiga-m68k.*DATABASE_URL.*docker compose/);
});
