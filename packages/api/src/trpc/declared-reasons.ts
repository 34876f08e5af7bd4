import { channel } from "node:diagnostics_channel";

import {
  type Action,
  isProcedureName,
  listReasons,
  type ProcedureKind,
  type ProcedureName,
  type Reason,
} from "@mdreader/contract";

/** A failure of a procedure for a reason that it does not declare. */
export interface UndeclaredReason {
  name: ProcedureName;
  reason: Reason;
}

/** The diagnostics channel that receives each `UndeclaredReason`. Tests subscribe to it. */
export const undeclaredReasonChannel = "mdreader.undeclared-reason";
const undeclared = channel(undeclaredReasonChannel);

/** The properties of a procedure on which its reasons depend. */
interface CalledProcedure extends Pick<ProcedureKind, "type"> {
  action?: Action | "public";
  isRepeatable?: boolean;
}

/** Announces a failure if the procedure does not declare its reason. Costs nothing unless somebody listens. */
export function announceUndeclared(
  name: string,
  { type, action = "public", isRepeatable = false }: CalledProcedure,
  reason: Reason,
): void {
  if (!undeclared.hasSubscribers || !isProcedureName(name)) return;
  const possible = listReasons(name, { type, action, isRepeatable, isPaged: true });
  if (!possible.includes(reason)) undeclared.publish({ name, reason } satisfies UndeclaredReason);
}
