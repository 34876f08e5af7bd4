import { canManageRole, isAtLeast, requiredRoleToManage, type Role } from "@mdreader/contract";

import { createRoleError } from "../../errors.ts";

/** Ensures that someone with role `own` may assign, change or remove the role `other`. @throws AppError ROLE_TOO_LOW */
export function assertCanManageRole(own: Role, other: Role): void {
  if (!canManageRole(own, other)) {
    throw createRoleError({ requiredRole: requiredRoleToManage(other), currentRole: own });
  }
}

/** Ensures that the role `given` is at most `own`. @throws AppError ROLE_TOO_LOW */
export function assertRoleIncludes(own: Role, given: Role): void {
  if (!isAtLeast(own, given)) throw createRoleError({ requiredRole: given, currentRole: own });
}
