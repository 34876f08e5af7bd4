import { expect, test } from "vitest";

import { createLogs } from "./logger.ts";

/** Returns the log line of an entry with these fields. */
function logged(fields: object): string {
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
    expect(logged(fields)).not.toContain(secret);
    expect(logged(fields)).toContain("[redacted]");
  }
});

test("the log contains an error's type, message and stack, but no data that drivers attach", () => {
  const cause = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (email)=(a@b.example)",
  });
  const error = new Error("Failed query: insert into users\nparams: a@b.example,hunter2", { cause });
  const text = logged({ err: error });
  expect(text).toContain("insert into users");
  expect(text).toContain("duplicate key");
  expect(text).toContain("23505");
  expect(text).toContain("logger.test.ts");
  expect(text).not.toContain("hunter2");
  expect(text).not.toContain("a@b.example");
});
