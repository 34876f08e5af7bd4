import { errors, jwtVerify, SignJWT } from "jose";

import { derivedKey } from "../../auth/tokens.ts";
import type { Services } from "../../context.ts";

type Needs = Pick<Services, "settings" | "clock">;

/** Seconds that a share token holds, and for how many before its end it is exchanged for a new one. */
const lifetime = 3600;
const exchange = 1800;

const header = { alg: "HS256", typ: "share+jwt" };
const marks = { issuer: "mdreader", audience: "mdreader:share" };
const keyOf = ({ settings }: Needs) => derivedKey(settings.jwtSecret, "share pass");

/**
 * A shareToken: what stands for the password of a share for a while, so that it is asked and hashed once, and stands in no
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

/**
 * The shareToken to go on with, where this one is good for this share: the same, or a new one when it is about to expire, so
 * that a page can stay open. Null where it is not good.
 */
export async function exchangePass(
  services: Needs,
  shareId: string,
  shareToken: string,
): Promise<string | null> {
  const currentDate = services.clock.now();
  try {
    const { payload } = await jwtVerify(shareToken, keyOf(services), {
      algorithms: [header.alg],
      typ: header.typ,
      ...marks,
      subject: shareId,
      currentDate,
    });
    const left = (payload.exp ?? 0) - currentDate.getTime() / 1000;
    return left > exchange ? shareToken : await issuePass(services, shareId);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
