import type { Readable } from "node:stream";

import type { AccountExportLink, SecondFactorConfirmation } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import { requireCredential } from "../../access/identity.ts";
import { requireWithTimeout } from "../../access/require-with-timeout.ts";
import { checkAccount } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { streamZip } from "../../document/transfer/zip-stream.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { listAccountEntries } from "./exported-account.ts";

/**
 * Returns the URL of an archive of the caller's data.
 * @throws AppError those of `stepUp`; RATE_LIMITED.
 */
export async function createAccountExportUrl(
  ctx: Context,
  access: Access<"account.manage">,
  input: SecondFactorConfirmation,
): Promise<AccountExportLink> {
  const { id } = await stepUp(ctx, access, input);
  await ctx.limiter.consume("accountExport", id);
  const { token, expiresAt } = await ctx.linkSigner.sign("account", id, requireCredential(ctx));
  return { url: `/files/accounts/${id}?token=${token}`, expiresAt };
}

/** The accounts that this server is exporting. */
const exporting = new Set<string>();
const retryAfterSeconds = 30;

/**
 * Exports the caller's account as a zip archive, which is streamed. Access is checked before each entry.
 * @param id The account that the link names.
 * @throws AppError as the access check; NOT_FOUND for another account; RATE_LIMITED while another export of the account runs.
 */
export async function exportAccount(ctx: Context, id: string): Promise<Readable> {
  const { caller } = await requireWithTimeout(ctx, checkAccount(ctx, "account.manage"));
  const { userId } = caller;
  if (userId !== id) throw new AppError("NOT_FOUND");
  if (exporting.has(userId)) throw new AppError("RATE_LIMITED", { retryAfter: retryAfterSeconds });
  exporting.add(userId);
  try {
    await recordAudit(ctx.database.db, ctx, {
      action: "account.exported",
      actor: caller,
      target: { id: userId, name: null },
    });
    return streamZip(listAccountEntries(ctx, userId)).once("close", () => exporting.delete(userId));
  } catch (error) {
    exporting.delete(userId);
    throw error;
  }
}
