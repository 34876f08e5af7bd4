import type { Author } from "@mdreader/contract";
import { documentVersions } from "@mdreader/db";
import { sql } from "drizzle-orm";

/** The columns of a saved version. The first one is never null. */
export const versionColumns = {
  number: documentVersions.number,
  documentVersion: documentVersions.documentVersion,
  title: documentVersions.title,
  size: documentVersions.size,
  hash: sql<string>`encode(${documentVersions.hash}, 'hex')`.as("hash_hex"),
  reason: documentVersions.reason,
  label: documentVersions.label,
  restoredFrom: documentVersions.restoredFrom,
  /** Deleted accounts have no name. Each author is looked up: Postgres would join the array with all users of the server. */
  authors: sql<Author[]>`(
    select coalesce(jsonb_agg(jsonb_build_object('person', person.value, 'apiKeyName', author ->> 'tool')
      order by person.value ->> 'username'), '[]')
    from jsonb_array_elements(${documentVersions.authors}) author
    left join lateral (
      select jsonb_build_object('id', u.id, 'username', u.username, 'fullName', u.full_name) as value
      from users u where u.id = (author ->> 'userId')::uuid and u.deleted_at is null
      limit 1
    ) person on true)`.as("writers"),
  createdAt: documentVersions.createdAt,
};
