import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";

/** New recovery codes, which are shown once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className="grid gap-4">
      <p className="text-sm">
        Keep these recovery codes in a safe place. If you lose your authenticator app or passkeys, each code
        works once, together with your password. They won't be shown again.
      </p>
      <ul aria-label="Recovery codes" className="flex flex-wrap gap-x-8 gap-y-1 font-mono text-sm">
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap">
            {code}
          </li>
        ))}
      </ul>
      <CopyField label="All codes" value={codes.join(" ")} />
      <Button kind="primary" className="justify-self-start" onClick={onDone}>
        I've saved these codes
      </Button>
    </div>
  );
}
