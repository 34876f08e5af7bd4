import type { GetPromptResult } from "@modelcontextprotocol/server";
import { z } from "zod";

import type { McpContext } from "./context.ts";
import { withProtocolErrors } from "./failure.ts";
import { idField } from "./fields.ts";
import { markdownType, toDocumentUri } from "./resources.ts";

const aboutDocument = z.strictObject({ documentId: idField.describe("The document") });

/** Prompts about one document, whose text is attached. */
const documentPrompts = [
  {
    name: "summarize_document",
    title: "Summarize a document",
    description: "Summarizes a document for someone who hasn't read it.",
    text: "Summarize this document in a few sentences, followed by its decisions and open questions, if it has any.",
  },
  {
    name: "review_document",
    title: "Review a document",
    description: "Reviews a document and comments on its passages.",
    text: "Review this document for mistakes, gaps and unclear passages. Use add_comment with the exact passage for each finding. Don't change the text.",
  },
];

/** Adds the prompts. */
export function addPrompts(context: McpContext): void {
  const { server, client, toSignal } = context;
  for (const { name, text, ...rest } of documentPrompts) {
    server.registerPrompt(name, { ...rest, argsSchema: aboutDocument }, ({ documentId }, { mcpReq }) =>
      withProtocolErrors(context, async () => {
        const call = { signal: toSignal(mcpReq.signal) };
        const { content, version } = await client.document.get.query({ id: documentId }, call);
        const resource = { uri: toDocumentUri(documentId), mimeType: markdownType, text: content };
        return toPrompt(
          { type: "text", text: `${text}\n\nThe document has the ID ${documentId} and version ${version}.` },
          { type: "resource", resource },
        );
      }),
    );
  }
  server.registerPrompt(
    "answer_question",
    {
      title: "Answer a question",
      description: "Answers a question from the documents of a workspace.",
      argsSchema: z.strictObject({ workspaceId: idField, question: z.string().min(1).max(2000) }),
    },
    ({ workspaceId, question }) =>
      toPrompt({
        type: "text",
        text: `Answer this question from the documents of the workspace ${workspaceId}. Search with several wordings, read the passages that you find, and cite the documents and lines that you rely on. If they don't answer the question, say so.\n\n${question}`,
      }),
  );
}

type Content = GetPromptResult["messages"][number]["content"];

const toPrompt = (...contents: Content[]): GetPromptResult => ({
  messages: contents.map((content) => ({ role: "user", content })),
});
