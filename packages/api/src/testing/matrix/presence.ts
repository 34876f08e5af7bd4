import { insertDocument } from "../documents.ts";
import type { Rows } from "./fixture.ts";

export const presenceRows: Rows = {
  "presence.stream": async (world) => ({ documentId: await insertDocument(world), clientId: 1 }),
  "presence.update": async (world) => ({
    documentId: await insertDocument(world),
    clientId: 1,
    status: "typing",
  }),
  "presence.list": async (world) => ({ documentId: await insertDocument(world) }),
  "presence.workspace": ({ workspaceId }) => ({ workspaceId }),
  "presence.connections": () => ({}),
};
