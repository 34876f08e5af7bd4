import { access, constants } from "node:fs/promises";

import { expect, it } from "vitest";

import { EmbeddedPostgresUnavailable, findBinaries } from "./binaries.ts";

it("finds executable programs for this platform", async () => {
  for (const path of Object.values(await findBinaries())) await access(path, constants.X_OK);
});

it("explains what to do on an unsupported platform", async () => {
  const attempt = findBinaries("amiga-m68k");
  await expect(attempt).rejects.toThrow(EmbeddedPostgresUnavailable);
  await expect(attempt).rejects.toThrow(/amiga-m68k.*DATABASE_URL.*docker compose/);
});
