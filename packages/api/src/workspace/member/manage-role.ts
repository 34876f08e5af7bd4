import { canManageRole, isAtLeast, getRoleToManage, type Role } from "@mdreader/contract";

import { createRoleError } from "../../errors.ts";

/** Ensures that someone with role `callerRole` may assign, change or remove the role `other`. @throws AppError ROLE_TOO_LOW */
export function assertCanManageRole(callerRole: Role, other: Role): void {
  if (!canManageRole(callerRole, other)) {
    throw createRoleError({ requiredRole: getRoleToManage(other), currentRole: callerRole });
  }
}

/** Ensures that the role `role` is at most `callerRole`. @throws AppError ROLE_TOO_LOW */
export function assertRoleIncludes(callerRole: Role, role: Role): void {
  if (!isAtLeast(callerRole, role)) throw createRoleError({ requiredRole: role, currentRole: callerRole });
}
