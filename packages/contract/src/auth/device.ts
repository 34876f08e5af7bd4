import { z } from "zod";

import { name, secret, singleLine, timestamp } from "../text.ts";
import { tokenDelivery } from "./auth.ts";

/** The letters of user codes: consonants, so that codes spell no words and contain nothing that looks like a digit. */
export const userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ";
/** The number of letters in a user code. */
export const userCodeLength = 8;

/** A user code as people type it: in any case, with or without the hyphen. */
export const userCode = singleLine(1, 32)
  .toUpperCase()
  .overwrite((text) => text.replaceAll(/[\s-]/g, ""))
  .regex(new RegExp(`^[${userCodeLetters}]{${userCodeLength}}$`), "must be a code such as WDJB-MJHT");

export const deviceStartInput = z
  .strictObject({
    clientName: name(100)
      .default("Unnamed program")
      .describe("The name of the program that signs in. The person sees it before they approve."),
  })
  .prefault({});

/** A sign-in that waits for a person's approval in a browser (RFC 8628). */
export const deviceAuthorization = z.object({
  deviceCode: z
    .string()
    .describe("Signs the device in with `auth.device.login`, once. Only the device knows it."),
  userCode: z.string().describe("The code that the person enters or compares, such as `WDJB-MJHT`."),
  verificationUri: z.string().describe("The page where the person enters the code."),
  verificationUriComplete: z.string().describe("The same page with the code filled in."),
  expiresIn: z.int().describe("Seconds until both codes expire."),
  interval: z.int().describe("Seconds to wait between two calls of `auth.device.login`."),
});
export type DeviceAuthorization = z.infer<typeof deviceAuthorization>;

export const deviceLoginInput = z.strictObject({
  deviceCode: secret(1, 256).describe("The device's code, from the start of its sign-in."),
  refreshTokenDelivery: tokenDelivery,
});
export type DeviceLoginInput = z.infer<typeof deviceLoginInput>;

export const deviceInput = z.strictObject({
  userCode: userCode.describe("The code shown on the device, case-insensitive, with or without the hyphen."),
});

/** The details that a person sees before they approve or deny the sign-in of a device. */
export const pendingDevice = z.object({
  clientName: z.string().describe("The name that the program gave itself."),
  userAgent: z.string().nullable().describe("The program's user agent. Null if it sent none."),
  ipAddress: z.string().describe("The IP address that the sign-in was started from."),
  createdAt: timestamp.describe("When the sign-in was started."),
  expiresAt: timestamp.describe("When the code expires."),
});
export type PendingDevice = z.infer<typeof pendingDevice>;
