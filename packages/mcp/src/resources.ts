import { isReason } from "@mdreader/client";
import { ResourceTemplate } from "@modelcontextprotocol/server";
import pLimit from "p-limit";

import type { McpContext } from "./context.ts";
import { withProtocolErrors } from "./failure.ts";

export const markdownType = "text/markdown";

export const toDocumentUri = (documentId: string) => `mdreader://documents/${documentId}`;

/** Limits of the list of resources, which has no pages. Tools find everything else. */
const maxWorkspaces = 20;
const maxPerWorkspace = 50;

/** The workspaces that one request reads at once, so that agents don't occupy the database's connections. */
const maxConcurrentReads = 2;

/** Leaves a workspace out that the agent may not read, or no longer. */
function leaveOut(error: unknown): [] {
  if (isReason(error, "NOT_FOUND", "WORKSPACE_SECOND_FACTOR_REQUIRED")) return [];
  throw error;
}

/** Adds documents as resources. The list contains the newest ones of each workspace. */
export function addResources(context: McpContext): void {
  const { server, client, toSignal } = context;
  const template = new ResourceTemplate(toDocumentUri("{id}"), {
    list: ({ mcpReq }) =>
      withProtocolErrors(context, async () => {
        const call = { signal: toSignal(mcpReq.signal) };
        const workspaces = await client.workspace.list.query({ limit: maxWorkspaces }, call);
        const lists = await pLimit(maxConcurrentReads).map(workspaces.items, ({ id: workspaceId }) =>
          client.document.list
            .query({ workspaceId, limit: maxPerWorkspace }, call)
            .then(({ items }) => items, leaveOut),
        );
        const resources = lists.flatMap((items, index) =>
          items.map(({ id, title, size }) => ({
            uri: toDocumentUri(id),
            name: title,
            title,
            description: `In ${workspaces.items[index]?.name ?? "a workspace"}`,
            mimeType: markdownType,
            size,
          })),
        );
        return { resources };
      }),
  });
  server.registerResource(
    "document",
    template,
    { title: "Document", description: "The Markdown of a document.", mimeType: markdownType },
    (uri, variables, { mcpReq }) =>
      withProtocolErrors(context, async () => {
        const id = String(variables["id"]);
        const { content } = await client.document.get.query({ id }, { signal: toSignal(mcpReq.signal) });
        return { contents: [{ uri: uri.href, mimeType: markdownType, text: content }] };
      }),
  );
}
