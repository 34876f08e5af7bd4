import { errors, jwtVerify, SignJWT } from "jose";

import { derivedKey } from "../../auth/tokens.ts";
import type { Services } from "../../context.ts";

type Needs = Pick<Services, "settings" | "clock">;

/** Seconds that a pass holds. */
const lifetime = 3600;

const header = { alg: "HS256", typ: "share+jwt" };
const marks = { issuer: "mdreader", audience: "mdreader:share" };
const keyOf = ({ settings }: Needs) => derivedKey(settings.jwtSecret, "share pass");

/**
 * A pass: what stands for the password of a share for a while, so that it is asked and hashed once, and stands in no
 * address. It is good for this share alone.
 */
export function issuePass(services: Needs, shareId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader(header)
    .setIssuer(marks.issuer)
    .setAudience(marks.audience)
    .setSubject(shareId)
    .setExpirationTime(Math.floor(services.clock.now().getTime() / 1000) + lifetime)
    .sign(keyOf(services));
}

/** Whether a pass is good for this share now. */
export async function isPass(services: Needs, shareId: string, pass: string): Promise<boolean> {
  try {
    const { alg, typ } = header;
    const currentDate = services.clock.now();
    await jwtVerify(pass, keyOf(services), {
      algorithms: [alg],
      ...marks,
      subject: shareId,
      typ,
      currentDate,
    });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
