import { Checkbox } from "../../ui/Field.tsx";
import type { ScopeChoice } from "./scopes.ts";

interface ScopeFieldsProps {
  choices: readonly ScopeChoice[];
  /** Whether the server refused the chosen scopes. */
  hasError: boolean;
}

/** A checkbox for each scope of a new API key. */
export function ScopeFields({ choices, hasError }: ScopeFieldsProps) {
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-2 text-sm font-medium">Scopes</legend>
      {choices.map(({ scope, label, hint, given }) => (
        <Checkbox key={scope} name={scope} label={label} hint={hint} defaultChecked={given} />
      ))}
      {hasError && <p className="text-sm text-danger">Choose at least one scope.</p>}
    </fieldset>
  );
}
