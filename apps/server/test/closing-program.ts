/** A program that uses everything of a client that stays open, and then closes the client. */
import { createClient } from "@mdreader/client";
import { openDocument, watchPresence } from "@mdreader/client/live";

import { BlockedWebSocket } from "./blocked-web-socket.ts";

const [url = "", token = "", transport, workspaceId = "", documentId = ""] = process.argv.slice(2);
const client = createClient({ url, token, ...(transport === "http" && { WebSocket: BlockedWebSocket }) });

const live = await openDocument(client, documentId);
await live.synced();
live.ytext.insert(0, "x");
await live.whenSaved();
const events = client.workspace.events.subscribe({ workspaceId }, { onData() {} });
let isFirst = true;
for await (const { type } of watchPresence(client, documentId)) {
  // The stream of presence ends with the client.
  if (isFirst) void client.close();
  isFirst = false;
  if (type !== "snapshot" && type !== "frame") throw new Error("an unknown event");
}
process.stdout.write(`${client.liveTransport.get()} ${live.saveState.get().status}`);
void events;
