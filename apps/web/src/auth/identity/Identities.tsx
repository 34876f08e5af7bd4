import type { RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Row, Rows } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { roleLabels } from "../../workspace/role-labels.ts";
import { LinkProvider } from "./LinkProvider.tsx";
import { useLinkResult } from "./useLinkResult.ts";

type Identity = RouterOutputs["auth"]["identity"]["list"]["items"][number];

const getProviderName = ({ provider, issuer }: Identity) => provider?.name ?? new URL(issuer).host;

/** The groups that the provider reported at the last sign-in, and the roles that they granted. */
function Groups({ identity: { groups, grantedRoles } }: { identity: Identity }) {
  if (groups === null) return null;
  const granted = grantedRoles.map(
    ({ workspaceName, role }) => `${roleLabels[role].name} in ${workspaceName}`,
  );
  return (
    <p className="text-sm wrap-anywhere text-faint">
      {groups.length === 0 ? "No groups" : `Groups: ${groups.join(", ")}`}
      {granted.length > 0 && `; roles from these groups: ${granted.join(", ")}`}
    </p>
  );
}

interface IdentitiesProps {
  providers: RouterOutputs["auth"]["signInOptions"]["providers"];
  /** Whether the account has a password that the server accepts. */
  hasPassword: boolean;
}

/** The identities that the person can sign in with, and the providers to link another one of. */
export function Identities({ providers, hasPassword }: IdentitiesProps) {
  const failure = useLinkResult();
  const [leaving, setLeaving] = useState<Identity | null>(null);
  const list = useInfiniteQuery(trpc.auth.identity.list.infiniteQueryOptions({}, pagedQuery));
  const unlink = useMutation(
    trpc.auth.identity.unlink.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.auth.identity.pathFilter());
        setLeaving(null);
      },
    }),
  );
  const identities = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-3">
      <ErrorNote error={failure} />
      <ErrorNote error={list.error} retry={list.refetch} />
      {identities.length > 0 && (
        <Rows label="Linked identities">
          {identities.map((identity) => (
            <Row key={identity.id}>
              <div className="min-w-0 flex-1">
                <p className="font-medium">{getProviderName(identity)}</p>
                <p className="text-sm wrap-anywhere text-faint">
                  {identity.email !== null && `${identity.email}, `}
                  linked <Time at={identity.createdAt} />
                </p>
                <Groups identity={identity} />
              </div>
              <Button aria-label={`Unlink ${getProviderName(identity)}`} onClick={() => setLeaving(identity)}>
                Unlink
              </Button>
            </Row>
          ))}
        </Rows>
      )}
      <LoadMore list={list} />
      <div className="flex flex-wrap gap-2">
        {providers.map((provider) => (
          <LinkProvider key={provider.id} provider={provider} hasPassword={hasPassword} />
        ))}
      </div>
      <Confirm
        open={leaving !== null}
        onOpenChange={() => {
          setLeaving(null);
          unlink.reset();
        }}
        title={`Unlink ${leaving === null ? "" : getProviderName(leaving)}?`}
        action="Unlink"
        onConfirm={() => leaving !== null && unlink.mutate({ id: leaving.id })}
        pending={unlink.isPending}
        error={unlink.error}
      >
        You'll no longer be able to sign in with it. Other devices that signed in with it will be signed out.
      </Confirm>
    </div>
  );
}
