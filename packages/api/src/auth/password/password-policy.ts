import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";

/**
 * Whether the server accepts the password of an account. On a server that is used through identity providers only,
 * superusers keep theirs, for when no provider works.
 */
export const isPasswordAccepted = (
  { settings }: Pick<Ports, "settings">,
  { isSuperuser }: { isSuperuser: boolean },
): boolean => settings.acceptsPasswords || isSuperuser;

/** @throws AppError PASSWORD_SIGN_IN_DISABLED on a server that is used through identity providers only. */
export function assertPasswordsAccepted({ settings }: Pick<Ports, "settings">): void {
  if (!settings.acceptsPasswords) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
}
