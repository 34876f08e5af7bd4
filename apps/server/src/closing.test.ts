import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect } from "vitest";

import { register } from "../test/calls.ts";
import { test } from "../test/test.ts";

const run = promisify(execFile);

describe("a program that closes its client", () => {
  test.for(["websocket", "http"])(
    "ends by itself, with live documents and presence over %s",
    async (transport, { served }) => {
      const { api, accessToken } = await register(served);
      const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
      const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
      const program = join(import.meta.dirname, "../test/closing-program.ts");
      const args = [program, served.url, accessToken, transport, workspaceId, id];
      const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
      expect(stdout).toBe(`${transport} closed`);
      expect(await api.presence.list.query({ documentId: id })).toMatchObject({ people: [] });
    },
  );
});
