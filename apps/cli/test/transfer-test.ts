import type { ExportReport } from "../src/transfer/export.ts";
import type { ImportReport } from "../src/transfer/import.ts";
import { test as base } from "./test.ts";

/** A test with a new workspace, and with folders that are imported into it and exported from it. */
export const test = base
  .extend("workspace", async ({ client }) => {
    const { id } = await client.workspace.create.mutate({ name: "Notes" });
    return id;
  })
  .extend(
    "importFolder",
    ({ machine, workspace }) =>
      (folder: string, ...more: string[]) =>
        machine.json<ImportReport>(["import", folder, "--workspace", workspace, ...more]),
  )
  .extend(
    "exportFolder",
    ({ machine, workspace }) =>
      (folder: string, ...more: string[]) =>
        machine.json<ExportReport>(["export", folder, "--workspace", workspace, ...more]),
  );
