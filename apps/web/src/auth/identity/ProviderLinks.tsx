import type { RouterOutputs } from "@mdreader/client";

import { getButtonClass } from "../../ui/Button.tsx";

interface ProviderLinksProps {
  providers: RouterOutputs["auth"]["signInOptions"]["providers"];
  /** The page to continue at. */
  next: string | undefined;
}

/** Links that sign in through an identity provider. They leave the app, so they are plain links. */
export function ProviderLinks({ providers, next }: ProviderLinksProps) {
  const query = next === undefined ? "" : `?${new URLSearchParams({ next })}`;
  return providers.map(({ id, name }) => (
    <a key={id} href={`/auth/oidc/${id}/start${query}`} className={getButtonClass("plain", "h-9")}>
      Continue with {name}
    </a>
  ));
}

/** Separates the links from a form for passwords. */
export function OrDivider() {
  return (
    <div className="flex items-center gap-3 text-sm text-faint">
      <hr className="flex-1 border-edge" />
      or
      <hr className="flex-1 border-edge" />
    </div>
  );
}
