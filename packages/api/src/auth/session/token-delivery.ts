import type { Tokens } from "@mdreader/contract";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** The delivery of the refresh token to the client. */
export type TokenDelivery = "body" | "cookie";

/** The tokens of a session, before the delivery of the refresh token is chosen. Times are ISO 8601. */
export interface TokenPair {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
  refreshExpiresAt: string;
}

/**
 * Rejects an impossible delivery before any other work.
 * @throws AppError BAD_INPUT when a cookie is requested but the transport cannot set one.
 */
export function assertDeliverable({ request }: Pick<Context, "request">, delivery: TokenDelivery): void {
  if (delivery === "cookie" && request.refreshCookie === null) {
    throw new AppError("BAD_INPUT", {
      fieldErrors: { refreshTokenDelivery: ["cookies can't be set over this connection"] },
    });
  }
}

/** Creates the response. A refresh token in the cookie is omitted from the body, where scripts could read it. */
export function toTokenResponse(
  { request }: Pick<Context, "request">,
  pair: TokenPair,
  delivery: TokenDelivery,
): Tokens {
  const { accessToken, expiresAt, refreshToken, refreshExpiresAt } = pair;
  if (delivery === "body") return { accessToken, expiresAt, refreshToken, refreshExpiresAt };
  request.refreshCookie?.write(refreshToken, new Date(refreshExpiresAt));
  return { accessToken, expiresAt, refreshToken: null, refreshExpiresAt };
}
