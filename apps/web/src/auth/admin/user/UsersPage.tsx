import type { RouterInputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useState } from "react";

import { trpc } from "../../../lib/client.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Field, Select } from "../../../ui/Field.tsx";
import { getFormString } from "../../../ui/form.ts";
import { Form } from "../../../ui/Form.tsx";
import { LoadingRows } from "../../../ui/Loading.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Page, Rows } from "../../../ui/Page.tsx";
import { UserRow } from "./UserRow.tsx";

type Filter = Pick<
  Exclude<RouterInputs["auth"]["admin"]["user"]["list"], void | undefined>,
  "search" | "status"
>;

const statuses = [
  { status: "active", label: "Active" },
  { status: "suspended", label: "Suspended" },
  { status: "deleted", label: "Deleted" },
  { status: "superuser", label: "Administrators" },
  { status: "unverified", label: "Email not confirmed" },
] as const;

/** The users of this server. */
export function UsersPage() {
  const [filter, setFilter] = useState<Filter>({});
  const list = useInfiniteQuery(trpc.auth.admin.user.list.infiniteQueryOptions(filter, pagedQuery));
  const users = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title="Users" lead="Everyone with an account on this server.">
      <div className="grid gap-3">
        <Form
          className="grid gap-4 sm:grid-cols-2"

          onSend={(form) => {
            const search = getFormString(form, "search").trim();
            const chosen = statuses.find(({ status }) => status === getFormString(form, "status"));
            setFilter({
              ...(search !== "" && { search }),
              ...(chosen !== undefined && { status: chosen.status }),
            });
          }}
        >
          <Field label="Search" name="search" type="search" maxLength={100} placeholder="Name or email" />
          <Select
            label="Show"
            name="status"
            defaultValue=""
            onChange={(event) => event.currentTarget.form?.requestSubmit()}
          >
            <option value="">Everyone</option>
            {statuses.map(({ status, label }) => (
              <option key={status} value={status}>
                {label}
              </option>
            ))}
          </Select>
        </Form>
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && users.length === 0 && <EmptyState icon={<Users />} title="No users found" />}
        {users.length > 0 && (
          <Rows label="Users">
            {users.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
    </Page>
  );
}
