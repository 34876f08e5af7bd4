import { createPlainBatchClient, createPlainClient, catchFailure } from "../../calls.ts";
import { readResponse, sendAndRead, type Attacker, type HostileRequest, send, repeat } from "./attacker.ts";

async function createDocuments(
  { api, workspaceId }: Attacker,
  count: number,
  make: (n: number) => { title: string; content: string },
) {
  const ids: string[] = [];
  for (const n of repeat(count, (index) => index)) {
    ids.push((await api.document.create.mutate({ workspaceId, ...make(n) })).id);
  }
  return ids;
}

/** Hostile requests of an editor about documents. */
export const documents: HostileRequest[] = [
  {
    name: "export of 100 documents with the same title of 130 characters",
    async prepare(who) {
      await createDocuments(who, 100, () => ({ title: "t".repeat(130), content: "" }));
      const { url } = await who.api.document.export.query({ workspaceId: who.workspaceId });
      return async () => [
        String((await fetch(who.url + url).then(async (r) => (await r.bytes(), r))).status),
      ];
    },
  },
  {
    name: "5 documents with 1.5 MB of incomplete links, and their backlinks",
    async prepare(who) {
      const [target = ""] = await createDocuments(who, 1, () => ({ title: "x", content: "" }));
      await createDocuments(who, 5, (n) => ({
        title: `half ${n}`,
        content: `x.md${"](a ".repeat(370_000)}`,
      }));
      return async () => [await sendAndRead(who.api.document.backlinks.query({ documentId: target }))];
    },
  },
  {
    name: "search for `! a` in 51 documents of 4,000 characters",
    async prepare(who) {
      await createDocuments(who, 51, (n) => ({ title: `a ${n}`, content: "a! ".repeat(1333) }));
      const query = { workspaceId: who.workspaceId, query: "! a", limit: 50 };
      return async () => [await sendAndRead(who.api.document.search.query(query))];
    },
  },
  {
    name: "search for 240 Chinese characters as words",
    async prepare(who) {
      const characters = repeat(240, (n) => String.fromCharCode(0x4e00 + n));
      await createDocuments(who, 20, (n) => ({ title: `字 ${n}`, content: characters.join("").repeat(5) }));
      const query = { workspaceId: who.workspaceId, query: characters.join(" "), limit: 50 };
      return async () => [await sendAndRead(who.api.document.search.query(query))];
    },
  },
  {
    name: "1.5 MB of short lines, replaced by other lines",
    async prepare({ api, workspaceId }) {
      const lines = (word: string) => repeat(190_000, (n) => `${word}${n % 97}`).join("\n");
      const [content, text] = [lines("a"), lines("b")];
      const { id } = await api.document.create.mutate({ workspaceId, title: "Lines", content });
      return async () => [
        await sendAndRead(api.document.applyText.mutate({ id, baseVersion: 1, text })),
        await sendAndRead(api.document.version.diff.query({ id, from: 1 })),
      ];
    },
  },
  {
    name: "one document of 1.5 MB, 20 times in one request",
    async prepare(who) {
      const [id = ""] = await createDocuments(who, 1, () => ({
        title: "Large",
        content: "x".repeat(1_500_000),
      }));
      const { document } = createPlainBatchClient(who, who.token);
      return () => Promise.all(repeat(20, () => sendAndRead(document.get.query({ id }))));
    },
  },
  {
    name: "write calls that return the text, with a key that may not read",
    async prepare({ url, api, workspaceId }) {
      const { id } = await api.document.create.mutate({ workspaceId, title: "Plan", content: "secret\n" });
      const { secret } = await api.auth.apiKey.create.mutate({ name: "script", scopes: ["write"] });
      const { document } = createPlainClient({ url }, secret);
      const answers = [
        () => document.update.mutate({ id, title: "Plans" }),
        () => document.applyText.mutate({ id, baseVersion: 1, text: "mine\n" }),
        () => document.duplicate.mutate({ id }),
      ];
      return () =>
        Promise.all(
          answers.map(async (ask) => {
            let said = "";
            const refused = await catchFailure(ask().then((answer) => (said = JSON.stringify(answer))));
            if (refused !== null) return `${refused.httpStatus} ${refused.reason}`;
            return said.includes("secret") ? "200 with the text" : "200 without the text";
          }),
        );
    },
  },
  {
    name: "cursors and versions that never existed",
    async prepare({ api, workspaceId }) {
      const { id } = await api.document.create.mutate({ workspaceId, title: "Odd" });
      const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      return () =>
        Promise.all(
          [
            api.document.tree.query({ workspaceId, cursor: cursor(["folder", "\0", id]) }),
            api.document.trash.query({ workspaceId, cursor: cursor(["2026-13-45 99:99:99+00", id]) }),
            api.document.applyText.mutate({ id, baseVersion: 2 ** 31, text: "a" }),
            api.document.update.mutate({ id, baseVersion: 2 ** 31, content: "a" }),
            api.document.comment.create.mutate({
              documentId: id,
              body: "b",
              anchor: { version: 2 ** 31, line: 1 },
            }),
          ].map(sendAndRead),
        );
    },
  },
  {
    name: "resolving 100 paths of 120 names",
    async prepare(who) {
      const { api, workspaceId } = who;
      const { id: documentId } = await api.document.create.mutate({ workspaceId, title: "Paths" });
      const paths = repeat(100, (n) => repeat(120, (k) => (n * 120 + k).toString(36)).join("/"));
      const body = JSON.stringify({ documentId, paths });
      return async () => [await send(who, "/trpc/file.resolve", body)];
    },
  },
  {
    name: "files that a shared text mentions but does not link to",
    async prepare({ url, api, workspaceId }) {
      const content =
        'Not to be published: payroll.xlsx\n(Dockerfile.prod says how)\n`x = "keys/prod.pem"`\n';
      const { id: documentId } = await api.document.create.mutate({ workspaceId, title: "Shared", content });
      const { token } = await api.document.share.create.mutate({ documentId });
      return () =>
        Promise.all(
          ["payroll.xlsx", "Dockerfile", "keys%2Fprod.pem"].map(async (path) =>
            readResponse(await fetch(`${url}/s/${token}/${path}`)),
          ),
        );
    },
  },
];
