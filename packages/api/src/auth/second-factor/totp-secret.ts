import { CompactEncrypt, compactDecrypt } from "jose";
import { Secret, TOTP } from "otpauth";
import { z } from "zod";

import type { Ports } from "../../ports.ts";
import { deriveSigningKeys } from "../signing-keys.ts";

/** Number of time steps of 30 seconds that a code may be early or late. */
const maxDriftSteps = 1;

const sealed = z.object({ userId: z.string(), secret: z.string() });

/** Creates the secret of an authenticator app: 20 random bytes, in base32. */
export const createTotpSecret = (): string => new Secret({ size: 20 }).base32;

const createTotp = (secret: string, label = "") => new TOTP({ issuer: "MDReader", label, secret });

/** The address that authenticator apps read from a QR code. */
export const toTotpUri = (secret: string, label: string): string => createTotp(secret, label).toString();

/** Returns the time step of a code that is valid now; null for others. */
export function findTotpStep({ clock }: Pick<Ports, "clock">, secret: string, code: string): number | null {
  const totp = createTotp(secret);
  const timestamp = clock.now().getTime();
  const delta = totp.validate({ token: code, timestamp, window: maxDriftSteps });
  return delta === null ? null : totp.counter({ timestamp }) + delta;
}

/** Encrypts a secret for storage, for one account: in another account's row, it is invalid. */
export async function sealTotpSecret(
  { settings }: Pick<Ports, "settings">,
  userId: string,
  secret: string,
): Promise<string> {
  const { current } = deriveSigningKeys(settings, "second factor");
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ userId, secret })))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .encrypt(current);
}

/** A decrypted secret. */
interface OpenedSecret {
  secret: string;
  /** Whether it was encrypted with the root secret that is being replaced. */
  isOutdated: boolean;
}

/** Decrypts a stored secret; null if its root secret is unknown, or it belongs to another account. */
export async function openTotpSecret(
  { settings }: Pick<Ports, "settings">,
  userId: string,
  text: string,
): Promise<OpenedSecret | null> {
  const { current, previous } = deriveSigningKeys(settings, "second factor");
  for (const key of [current, previous]) {
    if (key === null) continue;
    try {
      const { plaintext } = await compactDecrypt(text, key, {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      });
      const opened = sealed.parse(JSON.parse(new TextDecoder().decode(plaintext)));
      return opened.userId === userId ? { secret: opened.secret, isOutdated: key === previous } : null;
    } catch {
      // The other key may fit.
    }
  }
  return null;
}
