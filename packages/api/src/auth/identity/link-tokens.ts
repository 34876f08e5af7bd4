import { id, providerId } from "@mdreader/contract";
import { z } from "zod";

import type { Ports } from "../../ports.ts";
import { createSealedTokens } from "../sealed-tokens.ts";
import { verifiedIdentity } from "./verified-identity.ts";

type TokenPorts = Pick<Ports, "settings" | "clock">;

/**
 * Linking binds an identity to the account that asked for it, by two tokens. The first accompanies the browser to the
 * provider, the second comes back with the identity and is accepted from the same account only. Somebody who opens
 * another person's address therefore links nothing, neither to their own account nor to the other.
 */
export const createLinkTickets = (ports: TokenPorts) =>
  createSealedTokens(ports, {
    purpose: "identity link ticket",
    schema: z.object({ userId: id, provider: providerId }),
    lifetimeSeconds: 60,
  });

export const createLinkTokens = (ports: TokenPorts) =>
  createSealedTokens(ports, {
    purpose: "identity link",
    schema: z.object({ userId: id, identity: verifiedIdentity }),
    lifetimeSeconds: 300,
  });
