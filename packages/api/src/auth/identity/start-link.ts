import type { SecondFactorConfirmation } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { createLinkTickets } from "./link-tokens.ts";
import { findProvider } from "./providers.ts";

/**
 * Returns the address at which the caller's browser proves an identity to link. The caller confirms who they are, because
 * the identity signs in without the password and the second factor.
 * @throws AppError NOT_FOUND; as `stepUp`.
 */
export async function startLink(
  ctx: Context,
  access: Access<"account.manage">,
  input: SecondFactorConfirmation & { provider: string },
): Promise<{ url: string }> {
  const { id: provider } = findProvider(ctx, input.provider);
  const { id: userId } = await stepUp(ctx, access, input);
  const ticket = await createLinkTickets(ctx).seal({ userId, provider });
  return { url: `/auth/oidc/${provider}/start?link=${ticket}` };
}
