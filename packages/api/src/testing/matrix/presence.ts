import { insertDocument } from "../documents.ts";
import type { Rows } from "./fixture.ts";

export const presenceRows: Rows = {
  "presence.stream": async (fixture) => ({ documentId: await insertDocument(fixture), clientId: 1 }),
  "presence.update": async (fixture) => ({
    documentId: await insertDocument(fixture),
    clientId: 1,
    status: "typing",
  }),
  "presence.list": async (fixture) => ({ documentId: await insertDocument(fixture) }),
  "presence.workspace": ({ workspaceId }) => ({ workspaceId }),
  "presence.connections": () => ({}),
};
