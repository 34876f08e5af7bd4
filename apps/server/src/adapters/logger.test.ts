import { expect, test } from "vitest";

import { createLogs, createTextDestination } from "./logger.ts";

/** Returns the log line of an entry with these fields. */
function writeEntry(fields: object): string {
  let text = "";
  createLogs("info", { write: (line) => (text += line) }).log.info(fields, "note");
  return text;
}

test("the log redacts secrets at any supported depth", () => {
  const secret = "hunter2";
  for (const fields of [
    { password: secret },
    { authorization: `Bearer ${secret}` },
    { input: { newPassword: secret, token: secret } },
    { request: { headers: { cookie: secret, authorization: secret, "set-cookie": secret } } },
    { mail: { url: `https://notes.example.com/verify-email#token=${secret}` } },
  ]) {
    expect(writeEntry(fields)).not.toContain(secret);
    expect(writeEntry(fields)).toContain("[redacted]");
  }
});

test("the log contains an error's type, message and stack, but no data that drivers attach", () => {
  const cause = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (email)=(a@b.example)",
  });
  const error = new Error("Failed query: insert into users\nparams: a@b.example,hunter2", { cause });
  const text = writeEntry({ err: error });
  expect(text).toContain("insert into users");
  expect(text).toContain("duplicate key");
  expect(text).toContain("23505");
  expect(text).toContain("logger.test.ts");
  expect(text).not.toContain("hunter2");
  expect(text).not.toContain("a@b.example");
});

test("a request can't write lines of its own, or change the terminal", () => {
  let text = "";
  const { log, requests } = createLogs(
    "info",
    createTextDestination((line) => (text += line), { isColored: false }),
  );
  const path = "/s/a\n[12:00:00] INFO: forged\u001b[2J\u009b2J\u007f\r";
  requests.info({ id: "0198c0de", method: "GET", path, status: 404, ms: 1 }, "request");
  log.warn({ path }, "a request failed");
  expect(text.trimEnd().split("\n")).toHaveLength(2);
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(text).toContain("GET /s/a?[12:00:00] INFO: forged?[2J?2J?? 404 1 ms\n");
});

test("a request is a short line of text on a terminal, without secrets or its ID", () => {
  let text = "";
  const { log, requests } = createLogs(
    "info",
    createTextDestination((line) => (text += line), { isColored: false }),
  );
  requests.info(
    { id: "0198c0de", method: "GET", path: "/api/v1/documents", status: 200, ms: 4.1 },
    "request",
  );
  requests.info({ id: "0198c0de", code: 1006, ms: 61_000 }, "socket closed");
  log.warn({ password: "hunter2", documentId: "7" }, "a document could not be saved");
  expect(text.replaceAll(/\d\d:\d\d:\d\d/g, "12:00:00")).toBe(
    "[12:00:00] INFO: GET /api/v1/documents 200 4.1 ms\n" +
      "[12:00:00] INFO: socket closed with 1006 after 61 s\n" +
      '[12:00:00] WARN: a document could not be saved {"password":"[redacted]","documentId":"7"}\n',
  );
});

test("an error that was copied to a plain object keeps its message, and nothing else", () => {
  let text = "";
  const { log } = createLogs(
    "info",
    createTextDestination((line) => (text += line), { isColored: false }),
  );
  log.warn(
    { err: { message: "no connection\nparams: hunter2", stack: "at work", data: "hunter2" } },
    "job queue error",
  );
  expect(text).toContain("no connection");
  expect(text).not.toContain("hunter2");
});
