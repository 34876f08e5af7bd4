import type { Tokens } from "@mdreader/contract";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** How the refresh token reaches its keeper. */
export type TokenDelivery = "body" | "cookie";

/** The tokens of a session, before it is decided how the refresh token travels. Moments as ISO 8601. */
export interface TokenPair {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
  refreshExpiresAt: string;
}

/**
 * Refuses what could not be delivered, before anything is done for it.
 * @throws AppError BAD_INPUT when a cookie is asked for where the transport can't set one.
 */
export function assertDeliverable({ request }: Pick<Context, "request">, delivery: TokenDelivery): void {
  if (delivery === "cookie" && request.refreshCookie === null) {
    throw new AppError("BAD_INPUT", {
      fieldErrors: { refreshTokenDelivery: ["cookies can't be set over this connection"] },
    });
  }
}

/** The answer with the tokens. A refresh token that goes into the cookie is not in the answer, where scripts could see it. */
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
