import { expect, test } from "vitest";

import { formatDetails } from "./format-details.ts";

test.for([
  [{ accountRetentionDays: 20 }, "days to keep deleted accounts: 20"],
  [{ breakGlass: true }, "administrator sign-in: yes"],
  [{ from: "viewer", to: "editor" }, "from: viewer; to: editor"],
  [{ kind: "resetPassword" }, "email: Password reset"],
  [{ newEmail: "ada@example.com" }, "new email: ada@example.com"],
  [
    { ownerships: 1, shares: 2, sharesWere: "handOver" },
    "workspaces: 1; public links: 2; choice for public links: hand over",
  ],
  [{ quotaBytes: null }, "quota: default"],
  [{ quotaBytes: 5 * 1024 * 1024 }, "quota: 5 MB"],
  [{ reason: "SECOND_FACTOR_WRONG" }, "reason: This code is incorrect or was already used"],
  [{ reason: "A_REASON_OF_A_NEWER_SERVER" }, "reason: A_REASON_OF_A_NEWER_SERVER"],
  [{ workspaceCreation: "superusers" }, "who can create workspaces: administrators"],
] as const)("the details %j are %j", ([details, text]) => {
  expect(formatDetails(details)).toBe(text);
});
