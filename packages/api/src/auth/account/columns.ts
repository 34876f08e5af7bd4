import { users } from "@mdreader/db";
import { sql } from "drizzle-orm";

import { hasPasswordColumn } from "../password/password-hash.ts";

/** The columns of a `User`, as users see their own account. They never include the password hash. */
export const userColumns = {
  id: users.id,
  email: users.email,
  username: users.username,
  fullName: users.fullName,
  emailVerified: users.emailVerified,
  emailVerifiedAt: users.emailVerifiedAt,
  isActive: sql<boolean>`${users.deactivatedAt} is null`.as("is_active"),
  isSuperuser: users.isSuperuser,
  lastLoginAt: users.lastLoginAt,
  passwordChangedAt: users.passwordChangedAt,
  hasPassword: hasPasswordColumn,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
};
