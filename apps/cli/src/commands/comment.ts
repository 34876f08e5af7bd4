import { everyItem, type RouterInputs, type RouterOutputs } from "@mdreader/client";
import { toPlainText } from "@mdreader/markdown/plain-text";
import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { parseId } from "../lookup/id.ts";
import { findDocumentId } from "../lookup/item.ts";
import { addWorkspaceOption, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { stripControl, toOneLine, applyStyle } from "../output.ts";
import { readStdin } from "../prompt.ts";

interface ListOptions extends WorkspaceOptions {
  all?: boolean;
}

interface AddOptions extends WorkspaceOptions {
  quote?: string;
  line?: string;
  thread?: string;
}

type Thread = RouterOutputs["document"]["comment"]["list"]["items"][number];
type Anchor = NonNullable<RouterInputs["document"]["comment"]["create"]["anchor"]>;

/** `comment list`, `comment add`, `comment resolve` and `comment delete`. */
export function addCommentCommands(program: Command): void {
  const comment = program.command("comment").description("list and write comments");

  const list = addWorkspaceOption(
    comment
      .command("list")
      .argument("<document>", "path or ID")
      .description("list the open threads of a document with their current lines"),
  ).option("--all", "include resolved threads");
  defineAction<ListOptions>(list, async (cli, { all, ...options }, given) => {
    const { client, output } = cli;
    const documentId = await findDocumentId(cli, given, options);
    const state = all ? {} : { state: "open" as const };
    const threads = await Array.fromAsync(
      everyItem((cursor) => client.document.comment.list.query({ documentId, ...state, cursor })),
    );
    output.result(threads, () =>
      threads.length === 0
        ? all
          ? "No comments."
          : "No open comments."
        : threads.map(formatThread).join("\n\n"),
    );
  });

  const add = addWorkspaceOption(
    comment
      .command("add")
      .argument("<document>", "path or ID")
      .argument("[text]", "the comment; read from stdin if omitted. @username mentions a member")
      .description("comment on a passage, on the document, or in a thread"),
  )
    .option("--quote <words>", "the passage to comment on, exactly as in the document")
    .option("--line <number>", "the line to comment on, or the line to start searching from")
    .option("--thread <id>", "reply in this thread")
    .addHelpText(
      "after",
      `
Examples:
  mdreader comment add "Notes/Plan" "Is that so?" --quote "twice as fast"
  mdreader comment add "Notes/Plan" "@ada, please look" --line 12
  mdreader comment add "Notes/Plan" "Done." --thread 0190c1f7-…`,
    );
  defineAction<AddOptions>(add, async (cli, options, given, text?: string) => {
    const { client, output } = cli;
    const threadId = options.thread === undefined ? undefined : parseId(options.thread, "thread");
    const anchor = readAnchor(options);
    const body = text ?? (await readStdin()).toString("utf8");
    const documentId = await findDocumentId(cli, given, options);
    const created = await client.document.comment.create.mutate({
      documentId,
      body,
      ...(threadId !== undefined && { threadId }),
      ...(anchor !== undefined && { anchor }),
    });
    output.result(created, () => `${created.id}  in thread ${created.threadId}`);
  });

  const resolve = addWorkspaceOption(
    comment
      .command("resolve")
      .argument("<document>", "path or ID")
      .argument("<thread>", "the thread's ID")
      .description("mark a thread as resolved"),
  );
  defineAction<WorkspaceOptions>(resolve, async (cli, options, given, thread: string) => {
    const { client, output } = cli;
    const threadId = parseId(thread, "thread");
    const documentId = await findDocumentId(cli, given, options);
    const result = await client.document.comment.resolve.mutate({ documentId, threadId });
    output.result(result, () => "Resolved.");
  });

  const remove = addWorkspaceOption(
    comment
      .command("delete")
      .argument("<document>", "path or ID")
      .argument("<comment>", "the comment's ID")
      .description("delete one of your comments; admins can delete any"),
  );
  defineAction<WorkspaceOptions>(remove, async (cli, options, given, own: string) => {
    const { client, output } = cli;
    const id = parseId(own, "comment");
    const documentId = await findDocumentId(cli, given, options);
    const result = await client.document.comment.delete.mutate({ documentId, id });
    output.result(result, () => "Deleted.");
  });
}

function readAnchor({ quote, line: given }: AddOptions): Anchor | undefined {
  const line = given === undefined ? undefined : parsePositive(given, "--line");
  if (quote !== undefined) return { quote, ...(line !== undefined && { line }) };
  return line === undefined ? undefined : { line };
}

function formatThread({ id, anchor, resolvedAt, comments, commentCount }: Thread): string {
  const place =
    anchor === null ? "the document" : `${formatPlace(anchor)} “${shorten(toPlainText(anchor.quote))}”`;
  const head = applyStyle("bold", toOneLine(`${id}  ${place}${resolvedAt === null ? "" : "  (resolved)"}`));
  const lines = comments.items.map(({ author, body }) => {
    const [first = "", ...rest] = stripControl(body).trimEnd().split("\n");
    return [
      `  ${toOneLine(author?.username ?? "someone")}: ${first}`,
      ...rest.map((line) => `    ${line}`),
    ].join("\n");
  });
  const more = commentCount - comments.items.length;
  return [head, ...lines, ...(more > 0 ? [`  … and ${more} more`] : [])].join("\n");
}

const formatPlace = ({ range }: NonNullable<Thread["anchor"]>) =>
  range === null ? "deleted passage:" : `line ${range.line}:`;

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
