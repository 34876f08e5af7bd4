import { afterAll, beforeAll, expect, test } from "vitest";

import { readReason } from "../../../test/calls.ts";
import { createUploader, png, uploadBytes, type Uploader } from "../../../test/files.ts";
import { serve, type Served } from "../../../test/serve.ts";

let served: Served;
let owner: Uploader;
let documentId: string;
let folderId: string;
beforeAll(async () => {
  served = await serve();
  owner = await createUploader(served);
  const { client, workspaceId } = owner;
  const guides = await client.document.folder.create.mutate({ workspaceId, name: "Guides" });
  const inner = await client.document.folder.create.mutate({
    workspaceId,
    name: "Inner",
    parentId: guides.id,
  });
  folderId = guides.id;
  const made = await client.document.create.mutate({
    workspaceId,
    folderId: inner.id,
    title: "Guide",
    content: [
      "![](../images/a%20b.png) and [the list](<plain list.txt>), but not secret.txt\n",
      "[attached](attachments/attached.txt) [b](attachments/b.txt)\n",
    ].join("\n"),
  });
  documentId = made.id;
  await uploadBytes(owner, "a b.png", png, { folderId, path: "images/a b.png" });
  await uploadBytes(owner, "list.txt", "milk", { folderId: inner.id, path: "plain list.txt" });
  await uploadBytes(owner, "secret.txt", "secret", { folderId: inner.id, path: "secret.txt" });
  await uploadBytes(owner, "attached.txt", "attached", { documentId });
});
afterAll(() => served[Symbol.asyncDispose]());

const requestFile = (token: string, path: string, shareToken?: string) =>
  fetch(`${served.url}/s/${token}/${path}${shareToken === undefined ? "" : `?shareToken=${shareToken}`}`);
const encodePath = (path: string) => encodeURIComponent(path);

test("a reader of a share gets only the files that the document links to", async () => {
  const { token } = await owner.client.document.share.create.mutate({ documentId });
  const picture = await requestFile(token, encodePath("../images/a%20b.png"));
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(Object.fromEntries(picture.headers)).toMatchObject({
    "content-security-policy": expect.stringContaining("sandbox"),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": expect.stringContaining("noindex"),
  });
  expect(await (await requestFile(token, "plain%20list.txt")).text()).toBe("milk");
  expect(await (await requestFile(token, "attachments/attached.txt")).text()).toBe("attached");

  for (const path of [
    "secret.txt",
    encodePath("../images"),
    encodePath("../../../etc/passwd"),
    "missing.png",
    "%00",
    "%ff",
  ]) {
    const answer = await requestFile(token, path);
    expect([path, answer.status, await readReason(answer)]).toEqual([path, 404, "NOT_FOUND"]);
  }
  expect((await requestFile("never-was", encodePath("../images/a%20b.png"))).status).toBe(404);
});

test("a reader of a share gets no file that is only mentioned in prose or code, or as a prefix", async () => {
  const { client, workspaceId } = owner;
  const upload = (path: string) => uploadBytes(owner, path.replaceAll("/", "-"), `of ${path}`, { path });
  const linked = [
    "report.pdf.sig",
    "a&b.html",
    "by reference.txt",
    "pic.png",
    "deep/x.txt",
    "50%.txt",
    "q.txt",
  ];
  const named = [
    "payroll.xlsx",
    "Dockerfile",
    "keys/prod.pem",
    "report.pdf",
    "embed.png",
    "wiki.txt",
    "attribute.txt",
    "comment.txt",
    "video.mp4",
    "unused.txt",
    "deep",
    "x.txt",
    "math.txt",
    "unlinked attachment.txt",
  ];
  for (const path of [...linked, ...named]) await upload(path);
  const { id } = await client.document.create.mutate({
    workspaceId,
    title: "Public",
    content: [
      "Not to be published: payroll.xlsx and (Dockerfile.prod says how), src=payroll.xlsx, <payroll.xlsx>",
      '`x = "keys/prod.pem"` and `[key](keys/prod.pem)` and $[m](math.txt)$ and \\[e](math.txt)',
      "",
      "```",
      "[key](keys/prod.pem)",
      "```",
      "",
      "[sig](report.pdf.sig) ![[embed.png]] [[wiki.txt]] [dir](deep/x.txt) [half](50%25.txt) [q](q.txt?v=1#p)",
      "",
      '<a href="a&amp;b.html" title="attribute.txt">x</a> <img src=pic.png data-src="attribute.txt">',
      "<!-- [c](comment.txt) --> <video src='video.mp4'></video>",
      "",
      "[r]",
      "",
      "[r]: <by reference.txt>",
      "[unused]: unused.txt",
    ].join("\n"),
  });
  await uploadBytes(owner, "own.txt", "own", { documentId: id });
  const { token } = await client.document.share.create.mutate({ documentId: id });
  for (const path of linked) {
    const answer = await requestFile(token, encodePath(path));
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, `of ${path}`]);
  }
  for (const path of [...named, "attachments/own.txt", "Report.pdf.sig", "deep/../payroll.xlsx"])
    expect([path, (await requestFile(token, encodePath(path))).status]).toEqual([path, 404]);
  // As the page requests them: encoded as in the text, and once more in the URL.
  expect((await requestFile(token, encodePath("by%20reference.txt"))).status).toBe(200);
});

test("a file is unavailable while the share, the file or the document is deleted", async () => {
  const { client } = owner;
  const { token, id } = await client.document.share.create.mutate({ documentId });
  const file = await uploadBytes(owner, "b.txt", "here", { documentId });
  const status = async () => (await requestFile(token, "attachments/b.txt")).status;
  expect(await status()).toBe(200);
  await client.file.delete.mutate({ id: file.id });
  expect(await status()).toBe(404);
  await client.file.restore.mutate({ id: file.id });
  await client.document.delete.mutate({ id: documentId });
  expect(await status()).toBe(404);
  await client.document.restore.mutate({ id: documentId });
  expect(await status()).toBe(200);
  await client.document.share.revoke.mutate({ documentId, id });
  expect(await status()).toBe(404);
});

test("files of a share with a password require its share token", async () => {
  const { client } = owner;
  const { token } = await client.document.share.create.mutate({ documentId, password: "correct horse" });
  const other = await client.document.share.create.mutate({ documentId, password: "correct horse" });
  const { shareToken } = await client.document.share.read.mutate({ token, password: "correct horse" });
  const path = "attachments/attached.txt";
  expect(await (await requestFile(token, path, shareToken ?? "")).text()).toBe("attached");
  for (const answer of [
    await requestFile(token, path),
    await requestFile(token, path, "x"),
    await requestFile(other.token, path, shareToken ?? ""),
  ]) {
    expect([answer.status, await readReason(answer)]).toEqual([403, "SHARE_PASSWORD_REQUIRED"]);
  }
});

test("a share serves the file that a wiki link embeds, and no other file of that name", async () => {
  const { client, workspaceId } = owner;
  const { id: shared } = await client.document.create.mutate({
    workspaceId,
    title: "Vault note",
    content: "![[Embedded.png|300]] `![[secret.txt]]` [[Guide]]\n",
  });
  await uploadBytes(owner, "embedded.png", png, { folderId, path: "deep/embedded.png" });
  const { token } = await client.document.share.create.mutate({ documentId: shared });
  const picture = await requestFile(token, encodePath("[[Embedded.png]]"));
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  for (const path of ["[[secret.txt]]", "[[Guide]]", "[[list.txt]]", "[[]]"])
    expect([path, (await requestFile(token, encodePath(path))).status]).toEqual([path, 404]);
});

test("a wiki embed shows the document's own image, even if it was renamed on a conflict", async () => {
  const { client, workspaceId } = owner;
  const add = async (title: string, inside: string | null) => {
    const content = "![[pasted.png]]";
    const made = await client.document.create.mutate({ workspaceId, title, content, folderId: inside });
    const path = "attachments/pasted.png";
    await client.uploadFile(workspaceId, new Blob([title]), {
      name: "pasted.png",
      path,
      documentId: made.id,
    });
    return made.id;
  };
  await add("first", null);
  const second = await add("second", folderId);
  await client.document.move.mutate({ id: second, folderId: null });
  const paths = ["[[pasted.png]]"];
  const { items } = await client.file.resolve.query({ documentId: second, paths });
  expect(await (await fetch(client.fileUrl(items[0]?.file?.url ?? ""))).text()).toBe("second");
});
