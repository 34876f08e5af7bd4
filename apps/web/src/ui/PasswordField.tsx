import { type ComponentProps, useState } from "react";

import { Field } from "./Field.tsx";

/** A password input with a button that shows what was typed. */
export function PasswordField(props: Omit<ComponentProps<typeof Field>, "type" | "action">) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      spellCheck={false}
      autoCapitalize="none"
      action={
        <button
          type="button"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-0 rounded-md px-3 text-sm text-faint hover:text-ink"
        >
          {shown ? "Hide" : "Show"}
          <span className="sr-only"> password</span>
        </button>
      }
    />
  );
}
