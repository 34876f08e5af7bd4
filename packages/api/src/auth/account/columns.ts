import { users } from "@mdreader/db";

/** What a person sees of their own account: the columns of a `User`, and never the password's hash. */
export const userColumns = {
  id: users.id,
  email: users.email,
  username: users.username,
  fullName: users.fullName,
  emailVerified: users.emailVerified,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
};
