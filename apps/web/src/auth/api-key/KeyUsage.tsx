import { Time } from "../../ui/Time.tsx";

interface KeyUsageProps {
  lastUsedAt: string | null;
  expiresAt: string | null;
}

/** When an API key was last used, and when it expires. */
export function KeyUsage({ lastUsedAt, expiresAt }: KeyUsageProps) {
  return (
    <>
      {lastUsedAt === null ? (
        "never used"
      ) : (
        <>
          last used <Time at={lastUsedAt} />
        </>
      )}
      {expiresAt !== null && (
        <>
          ; expires <Time at={expiresAt} />
        </>
      )}
    </>
  );
}
