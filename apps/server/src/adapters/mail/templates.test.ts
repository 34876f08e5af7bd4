import type { Mail } from "@mdreader/api";
import { expect, test } from "vitest";

import { renderMail } from "./templates.ts";

const expiresAt = "2026-02-01T00:00:00.000Z";

const mails: Mail[] = [
  {
    kind: "verifyEmail",
    to: "a@b.example",
    username: "Ann",
    url: "https://n.example/verify-email#token=x",
    expiresAt,
  },
  {
    kind: "resetPassword",
    to: "a@b.example",
    username: "Ann",
    url: "https://n.example/reset-password#token=x",
    expiresAt,
  },
  {
    kind: "agreeEmailChange",
    to: "a@b.example",
    username: "Ann",
    newEmail: "c@d.example",
    url: "https://n.example/agree-email#token=x",
    expiresAt,
  },
  {
    kind: "proveEmail",
    to: "a@b.example",
    username: "Ann",
    url: "https://n.example/prove-email#token=x",
    expiresAt,
  },
  { kind: "emailChanged", to: "a@b.example", username: "Ann", newEmail: "c@d.example" },
  { kind: "passwordChanged", to: "a@b.example", username: "Ann" },
  { kind: "secondFactorEnabled", to: "a@b.example", username: "Ann" },
  { kind: "secondFactorDisabled", to: "a@b.example", username: "Ann" },
  {
    kind: "mention",
    to: "a@b.example",
    author: "Ben",
    text: "What do you think, @Ann?",
    documentTitle: "Plan",
    url: "https://n.example/w/1/d/2#comment-3",
  },
  {
    kind: "invitation",
    to: "a@b.example",
    workspaceName: "W",
    invitedBy: "Ben",
    url: "https://n.example/invitation#token=x",
    expiresAt,
  },
];

test.for(mails)("$kind states its purpose and links to its target in text and HTML", (mail) => {
  const { to, subject, text, html } = renderMail(mail);
  expect(to).toBe("a@b.example");
  expect(subject).toMatch(/\w/);
  if (!("url" in mail)) return;
  expect(text).toContain(`\n${mail.url}\n`);
  expect(html).toContain(`href="${mail.url}"`);
});

test("user-chosen names are escaped in HTML and cannot add headers", () => {
  const { html, subject } = renderMail({
    kind: "invitation",
    to: "a@b.example",
    workspaceName: '<img src=x onerror="alert(1)">',
    invitedBy: "Ben & <b>Co</b>",
    url: 'https://n.example/"><script>',
    expiresAt,
  });
  expect(html).not.toMatch(/<(img|b|script)/);
  expect(html).toContain("Ben &amp; &lt;b&gt;Co&lt;/b&gt;");
  expect(subject).not.toMatch(/[\r\n]/);
});
