import { users } from "@mdreader/db";

/** The columns of a `User`, as users see their own account. They never include the password hash. */
export const userColumns = {
  id: users.id,
  email: users.email,
  username: users.username,
  fullName: users.fullName,
  emailVerified: users.emailVerified,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
};
