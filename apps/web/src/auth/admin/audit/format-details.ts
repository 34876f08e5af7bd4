import { reasons } from "@mdreader/client";

import { formatSize } from "../../../document/attachment/format-size.ts";
import { formatDate } from "../../../ui/format-date.ts";
import { isReasonName } from "../../identity/is-reason-name.ts";
import { toMailKindLabel } from "../system/mail-kind-labels.ts";

type Detail = string | number | boolean | null;

/** The details whose names aren't words for people. Others, such as `newEmail`, are split into words. */
const labels: Readonly<Record<string, string>> = {
  accountRetentionDays: "days to keep deleted accounts",
  addressRetentionDays: "days to keep IP addresses",
  auditRetentionDays: "days to keep entries",
  breakGlass: "administrator sign-in",
  by: "with",
  deviceAddress: "IP address of the device",
  folderId: "folder ID",
  isRequired: "required",
  keys: "API keys",
  kind: "email",
  ownerships: "workspaces",
  privacyUrl: "privacy policy",
  purgeAt: "permanent deletion",
  quotaBytes: "quota",
  removedSecondFactor: "two-step verification removed",
  revokedFormerHolder: "earlier access revoked",
  secondFactorRequired: "two-step verification required",
  shares: "public links",
  sharesWere: "choice for public links",
  subject: "identity",
  termsUrl: "terms of use",
  workspaceCreation: "who can create workspaces",
  workspaceQuotaMb: "storage quota in MiB",
};

/** The values that aren't words for people. */
const values: Readonly<Record<string, (value: string | number) => string>> = {
  kind: (kind) => toMailKindLabel(String(kind)),
  purgeAt: (at) => formatDate(String(at)),
  quotaBytes: (bytes) => formatSize(Number(bytes)),
  reason: (reason) => (isReasonName(reason) ? toProblem(reasons[reason]) : String(reason)),
  sharesWere: (choice) => toWords(String(choice)),
  workspaceCreation: (creators) => (creators === "superusers" ? "administrators" : String(creators)),
};

/** Details of an entry of the audit log, as a text for people. */
export const formatDetails = (details: Readonly<Record<string, Detail>>): string =>
  Object.entries(details)
    .map(([name, value]) => `${labels[name] ?? toWords(name)}: ${formatValue(name, value)}`)
    .join("; ");

/** Splits a name such as `newEmail` into words: "new email". */
const toWords = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The first sentence of a message, without the advice that follows. */
const toProblem = (message: string) => message.replace(/\.(?: .*)?$/, "");

function formatValue(name: string, value: Detail): string {
  if (value === null) return name === "quotaBytes" ? "default" : "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return values[name]?.(value) ?? String(value);
}
