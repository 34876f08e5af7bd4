import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { createLinkTickets } from "./link-tokens.ts";
import { findProvider } from "./providers.ts";

/** Returns the address at which the caller's browser proves an identity to link. @throws AppError NOT_FOUND. */
export async function startLink(
  ctx: Context,
  { caller: { userId } }: Access<"account.manage">,
  input: { provider: string },
): Promise<{ url: string }> {
  const { id: provider } = findProvider(ctx, input.provider);
  const ticket = await createLinkTickets(ctx).seal({ userId, provider });
  return { url: `/auth/oidc/${provider}/start?link=${ticket}` };
}
