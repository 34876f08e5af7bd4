import { z } from "zod";

import { multiline, singleLine } from "../../text.ts";

/** The people who may create an account: everyone, people with an invitation, or nobody. */
export const registrationModes = ["open", "invitation", "closed"] as const;
/** The people who may create workspaces: all users, or superusers only. */
export const workspaceCreators = ["users", "superusers"] as const;

const emailDomain = singleLine(1, 253)
  .toLowerCase()
  .regex(
    /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)+$/,
    "must be a domain such as example.com",
  );
const httpUrl = singleLine(1, 2000).pipe(z.url({ protocol: /^https?$/ }));
const days = z.int().min(1).max(3650);

const fields = {
  registration: z
    .enum(registrationModes)
    .describe(
      "The people who may create an account: everyone, people with an invitation, or nobody. Initially `open`.",
    ),
  allowedEmailDomains: z
    .array(emailDomain)
    .max(100)
    .describe("The email domains that may register. If the list is empty, all domains may."),
  secondFactorRequired: z
    .boolean()
    .describe(
      "Whether everyone who signs in with a password needs a second factor. People without one are signed out, and " +
        "must set one up when they sign in again. Initially false.",
    ),
  workspaceCreation: z
    .enum(workspaceCreators)
    .describe("The people who may create workspaces: all users, or superusers only. Initially `users`."),
  workspaceQuotaMb: z
    .int()
    .min(1)
    .max(100_000_000)
    .describe(
      "The storage quota of a workspace in MiB, unless the workspace has a quota of its own. Initially 10,240.",
    ),
  banner: multiline(500).trim().min(1).nullable().describe("Text at the top of every page. Null for none."),
  termsUrl: httpUrl
    .nullable()
    .describe("The URL of the terms of use, linked from the sign-in pages. Null for no link."),
  privacyUrl: httpUrl
    .nullable()
    .describe("The URL of the privacy policy, linked from the sign-in pages. Null for no link."),
  accountRetentionDays: z
    .int()
    .min(0)
    .max(3650)
    .describe(
      "The number of days for which a deleted account can be restored before it is purged. With 0, it is purged " +
        "immediately. Initially 30.",
    ),
  auditRetentionDays: days.describe(
    "The number of days after which entries of the audit log are deleted. Initially 365.",
  ),
  addressRetentionDays: days.describe(
    "The number of days after which the IP addresses in the audit log are erased. Initially 90.",
  ),
};

/** The settings of the instance, which superusers change. */
export const instanceSettings = z.object(fields);
export type InstanceSettings = z.infer<typeof instanceSettings>;

export const defaultInstanceSettings: InstanceSettings = {
  registration: "open",
  allowedEmailDomains: [],
  secondFactorRequired: false,
  workspaceCreation: "users",
  workspaceQuotaMb: 10_240,
  banner: null,
  termsUrl: null,
  privacyUrl: null,
  accountRetentionDays: 30,
  auditRetentionDays: 365,
  addressRetentionDays: 90,
};

/** The settings that people may know before they sign in. */
export const instanceInfo = instanceSettings
  .pick({
    registration: true,
    workspaceCreation: true,
    banner: true,
    termsUrl: true,
    privacyUrl: true,
    accountRetentionDays: true,
  })
  .extend({
    sendsMail: z
      .boolean()
      .describe("Whether the server sends email. If not, an administrator passes links on."),
  });
export type InstanceInfo = z.infer<typeof instanceInfo>;

/** The settings in force. */
export const settingsView = instanceSettings.extend({
  fixed: z
    .array(z.string())
    .describe("The names of settings that the server's environment sets. They can't be changed here."),
});
export type SettingsView = z.infer<typeof settingsView>;

/** Only the given settings change. */
export const settingsUpdateInput = z
  .strictObject(fields)
  .partial()
  .refine((input) => Object.keys(input).length > 0, "specify at least one setting");
export type SettingsUpdateInput = z.infer<typeof settingsUpdateInput>;
