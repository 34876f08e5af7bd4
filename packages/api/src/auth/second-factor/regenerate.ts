import type { RecoveryCodes, SecondFactorConfirmation } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import { hasSecondFactor } from "./requirement.ts";
import { stepUp } from "./step-up.ts";

/** Replaces the recovery codes. @throws AppError NOT_FOUND without a second factor; as `stepUp`. */
export async function regenerateRecoveryCodes(
  ctx: Context,
  access: Access<"account.secureSignIn">,
  input: SecondFactorConfirmation,
): Promise<RecoveryCodes> {
  const { id, email } = await stepUp(ctx, access, input);
  const codes = await ctx.database.db.transaction(async (tx) => {
    await lockCaller(tx, access.caller);
    if (!(await hasSecondFactor(tx, id))) throw new AppError("NOT_FOUND");
    await recordAudit(tx, ctx, {
      action: "secondFactor.recoveryCodesReplaced",
      actor: access.caller,
      target: { id, name: email },
    });
    return replaceRecoveryCodes(tx, id);
  });
  return { recoveryCodes: codes };
}
