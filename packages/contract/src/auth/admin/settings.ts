import { z } from "zod";

import { multiline, singleLine } from "../../text.ts";

/** Who may create an account: everyone, people with an invitation, or nobody. */
export const registrationModes = ["open", "invitation", "closed"] as const;
/** Who may create workspaces: all users, or superusers only. */
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
  registration: z.enum(registrationModes),
  /** Domains of addresses that may register. If there are none, all may. */
  allowedEmailDomains: z.array(emailDomain).max(100),
  workspaceCreation: z.enum(workspaceCreators),
  /** Maximum total size of a workspace's files in MiB, unless the workspace has a quota of its own. */
  workspaceQuotaMb: z.int().min(1).max(100_000_000),
  /** Text at the top of every page. */
  banner: multiline(500).trim().min(1).nullable(),
  termsUrl: httpUrl.nullable(),
  privacyUrl: httpUrl.nullable(),
  /** How long entries of the audit log are kept. */
  auditRetentionDays: days,
  /** How long the IP addresses in the audit log are kept. */
  addressRetentionDays: days,
};

/** The settings of the instance, which superusers change. */
export const instanceSettings = z.object(fields);
export type InstanceSettings = z.infer<typeof instanceSettings>;

export const defaultInstanceSettings: InstanceSettings = {
  registration: "open",
  allowedEmailDomains: [],
  workspaceCreation: "users",
  workspaceQuotaMb: 10_240,
  banner: null,
  termsUrl: null,
  privacyUrl: null,
  auditRetentionDays: 365,
  addressRetentionDays: 90,
};

/** What people may know before they sign in. */
export const instanceInfo = instanceSettings
  .pick({ registration: true, workspaceCreation: true, banner: true, termsUrl: true, privacyUrl: true })
  .extend({
    /** Whether the server sends email. If not, its administrator passes links on. */
    sendsMail: z.boolean(),
  });
export type InstanceInfo = z.infer<typeof instanceInfo>;

/** The settings in force. Those named in `fixed` are set in the server's environment and can't be changed here. */
export const settingsView = instanceSettings.extend({ fixed: z.array(z.string()) });
export type SettingsView = z.infer<typeof settingsView>;

/** Only the given settings change. */
export const settingsUpdateInput = z
  .strictObject(fields)
  .partial()
  .refine((input) => Object.keys(input).length > 0, "specify at least one setting");
export type SettingsUpdateInput = z.infer<typeof settingsUpdateInput>;
